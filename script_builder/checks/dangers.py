"""Commands that destroy, unprotect, fetch and run, or send away. A list of words, no judgement: it may be meant so."""

import re
from collections.abc import Iterator

from script_builder.checks.finding import Finding, Kind
from script_builder.models import Language
from script_builder.powershell import tokens

WEB = r"(?:curl|wget|iwr|irm|Invoke-WebRequest|Invoke-RestMethod|DownloadString|DownloadData|Net\.WebClient)\b"
RUNS = r"(?:iex|Invoke-Expression)\b"
SHELL = r"(?:sudo[ \t]{1,9})?(?:sh|bash|zsh|python3?|perl)\b"
DRIVE = r"(?:[A-Za-z]:|\$env:SystemDrive|%SystemDrive%)"
SERVICES = r"(?:WinDefend|Sense|mpssvc|WdNisSvc|wscsvc|SecurityHealthService|EventLog)\b"

RULES = [
    (
        "It erases a disk or a partition.",
        [
            r"\b(?:Format-Volume|Clear-Disk|Initialize-Disk|Remove-Partition|diskpart|wipefs|sdelete(?:64)?)\b",
            r"(?:^|[\s&|(\"'])format(?:\.com)?[ \t]{1,9}[A-Za-z]:",
            r"\bmkfs(?:\.\w+)?\b",
            r"\bdd\b.{0,200}\bof=/dev/",
            r">[ \t]{0,9}/dev/(?:sd|nvme|vd|xvd|disk)",
            r"\bcipher(?:\.exe)?[ \t]{1,9}/w",
            r"\bshred\b",
        ],
    ),
    (
        "It deletes everything below the top of a drive or a home folder.",
        [
            r"\brm[ \t]{1,9}(?:-[\w-]+[ \t]{1,9}){0,6}[\"']?(?:/|~|\$HOME|\$\{HOME\})/?\*?[\"']?(?:[ \t;&|]|$)",
            r"--no-preserve-root",
            rf"\b(?:Remove-Item|ri|rm|del|erase|rd|rmdir)\b.{{0,120}}[\s\"']{DRIVE}\\?\*?(?:[\s\"';|&)]|$)",
            r"\brmtree\([ \t]{0,9}[\"'](?:/|~|[A-Za-z]:[\\/]{0,2})[\"']",
        ],
    ),
    (
        "It deletes shadow copies or backups, or turns recovery off.",
        [
            r"\bvssadmin(?:\.exe)?\b.{0,60}\b(?:delete|resize)\b",
            r"\bshadowcopy\b.{0,40}\bdelete\b",
            r"\bWin32_ShadowCopy\b.{0,200}\b(?:Delete|Remove-\w+)\b",
            r"\bwbadmin(?:\.exe)?\b.{0,60}\bdelete\b",
            r"\bbcdedit(?:\.exe)?\b.{0,120}\b(?:recoveryenabled[ \t]{1,9}no|ignoreallfailures)\b",
            r"\bDisable-ComputerRestore\b",
        ],
    ),
    (
        "It turns protection off: virus scanner, firewall, audit or the like.",
        [
            r"\bSet-MpPreference\b.{0,200}-Disable\w+[ \t:]{1,9}(?:\$true|1)",
            r"\bAdd-MpPreference\b.{0,200}-Exclusion",
            r"\bnetsh(?:\.exe)?\b.{0,60}\b(?:state[ \t]{1,9}off|opmode[ \t]{1,9}(?:mode=)?disable)",
            r"\bSet-NetFirewallProfile\b.{0,200}-Enabled[ \t:]{1,9}(?:\$?false|0)",
            rf"\b(?:sc(?:\.exe)?|net)[ \t]{{1,9}}(?:stop|config|delete)[ \t]{{1,9}}{SERVICES}",
            rf"\b(?:Stop|Set|Remove)-Service\b.{{0,80}}{SERVICES}",
            r"\bEnableLUA\b.{0,80}\b0\b",
            r"\bDisableAntiSpyware\b.{0,80}\b1\b",
            r"\bsetenforce[ \t]{1,9}0\b",
            r"\bufw[ \t]{1,9}disable\b",
            r"\bsystemctl\b.{0,60}\b(?:stop|disable|mask)\b.{0,60}\b(?:firewalld|ufw|apparmor|auditd|nftables)\b",
            r"\biptables[ \t]{1,9}(?:-F|--flush)\b",
        ],
    ),
    (
        "It fetches something from the network and runs it unseen.",
        [
            rf"\b{WEB}.{{0,300}}\|[ \t]{{0,9}}(?:{RUNS}|{SHELL})",
            rf"\b{RUNS}.{{0,200}}\b{WEB}",
            r"\b(?:sh|bash|source|eval|\.)[ \t].{0,30}(?:<\(|\$\(|`)[ \t]{0,9}(?:curl|wget)\b",
            r"\bmshta(?:\.exe)?\b.{0,30}https?:",
            r"\bregsvr32(?:\.exe)?\b.{0,100}/i:http",
            r"\bcertutil(?:\.exe)?\b.{0,100}-urlcache",
            r"\bbitsadmin(?:\.exe)?\b.{0,60}/transfer",
            r"\bexec\([ \t]{0,9}(?:requests|urllib|urlopen)\b",
        ],
    ),
    (
        "It runs something that is written so that nobody can read it.",
        [
            r"[ \t]-e(?:c|nc|nco\w*)?[ \t]{1,9}[A-Za-z0-9+/=]{16,}",
            rf"\b{RUNS}.{{0,200}}FromBase64String|FromBase64String.{{0,300}}\b{RUNS}",
            rf"\bbase64\b.{{0,60}}(?:-d|-D|--decode)\b.{{0,100}}\|[ \t]{{0,9}}{SHELL}",
            r"\bexec\([ \t]{0,9}(?:base64|zlib|marshal|codecs|bytes)\b",
        ],
    ),
    (
        "It sends data to another computer.",
        [
            r"\bcurl\b.{0,200}[ \t](?:-d|-F|-T|--data[\w-]*|--form|--upload-file)\b",
            r"\bInvoke-(?:WebRequest|RestMethod)\b.{0,300}-(?:InFile|Method[ \t:]{1,9}[\"']?(?:Post|Put))\b",
            r"\bUpload(?:File|String|Data)\w{0,20}\(",
            r"\bSend-MailMessage\b",
            r"/dev/tcp/",
            r"\b(?:scp|sftp|rsync)\b.{0,200}\w:",
            r"\b(?:nc|ncat|netcat)[ \t]{1,9}\S",
            r"\b(?:requests|httpx)\.(?:post|put)\(|\bsmtplib\b|\bftplib\b",
        ],
    ),
    (
        "It reads or saves passwords or their hashes.",
        [
            r"\b(?:mimikatz|sekurlsa|procdump\w*\b.{0,60}\blsass)\b",
            r"\breg(?:\.exe)?[ \t]{1,9}save[ \t]{1,9}[\"']?hklm\\(?:sam|system|security)\b",
            r"\bntds\.dit\b",
            r"/etc/shadow\b",
        ],
    ),
    (
        "It gives somebody administrator rights.",
        [
            r"\blocalgroup\b.{0,60}\badministrat\w+.{0,80}/add\b",
            r"\bAdd-LocalGroupMember\b.{0,120}\bAdministrat\w+",
            r"\busermod\b.{0,60}\b(?:sudo|wheel)\b",
        ],
    ),
    (
        "It clears logs.",
        [
            r"\bwevtutil(?:\.exe)?[ \t]{1,9}(?:cl|clear-log)\b",
            r"\b(?:Clear|Remove)-EventLog\b",
            r"\bhistory[ \t]{1,9}-c\b",
        ],
    ),
    (
        "It restarts the computer or shuts it down.",
        [
            r"\b(?:Restart-Computer|Stop-Computer)\b",
            r"(?:^|[\s&|;(\"'])shutdown(?:\.exe)?[ \t]{1,9}[-/]?\w",
            r"^[ \t]*(?:sudo[ \t]{1,9})?(?:reboot|poweroff|halt)\b",
        ],
    ),
    (
        "It runs what is filled in as a command.",
        [
            rf"\b(?:eval|{RUNS})[ \t(].{{0,120}}\{{\{{ \w+ \}}\}}",
            r"\b(?:bash|sh)[ \t]{1,9}-\w{0,3}c[ \t]{1,9}\{\{ \w+ \}\}",
            r"\bcmd(?:\.exe)?[ \t]{1,9}/[ck][ \t]{1,9}\{\{ \w+ \}\}",
            r"\b(?:eval|exec|system|popen)\([^)]{0,120}\{\{ \w+ \}\}",
            r"\[scriptblock\]::Create\([ \t]{0,9}\{\{ \w+ \}\}",
        ],
    ),
]
COMPILED = [(sentence, re.compile("|".join(patterns), re.IGNORECASE)) for sentence, patterns in RULES]
COMMENT = {
    Language.BASH: re.compile(r"[ \t]*#"),
    Language.PYTHON: re.compile(r"[ \t]*#"),
    Language.BATCH: re.compile(r"[ \t]*@?(?:rem\b|::)", re.IGNORECASE),
}
GOES_ON = {
    Language.POWERSHELL: ("`", "|"),
    Language.BASH: ("\\", "|"),
    Language.PYTHON: ("\\",),
    Language.BATCH: ("^", "|"),
}
MAX_JOINED = 20


def dangers(text: str, language: str) -> Iterator[Finding]:
    """A sentence for each such command, on the line where it begins."""
    for number, line in _commands(text, language):
        for sentence, pattern in COMPILED:
            if pattern.search(line):
                yield Finding(number, Kind.DANGER, sentence)


def _commands(text: str, language: str) -> Iterator[tuple[int, str]]:
    """The lines without comments, each with those that it goes on in."""
    waiting, first, joined = "", 0, 0
    for number, line in enumerate(_without_comments(text, language).split("\n"), 1):
        first = first if waiting else number
        bare = line.rstrip()
        if bare.endswith(GOES_ON[language]) and joined < MAX_JOINED:
            waiting += bare.removesuffix("`").removesuffix("\\").removesuffix("^") + " "
            joined += 1
            continue
        yield first, waiting + line
        waiting, joined = "", 0
    if waiting:
        yield first, waiting


def _without_comments(text: str, language: str) -> str:
    if language == Language.POWERSHELL:
        return "".join("\n" * item.text.count("\n") if item.kind == "comment" else item.text for item in tokens(text))
    return "\n".join("" if COMMENT[language].match(line) else line for line in text.split("\n"))
