"""Drafts in Python 3.8 and later, with nothing but its standard library."""

import re

from flowpilot.ai.drafting import comments
from flowpilot.ai.drafting.model import (
    DRY_RUN_ENDS,
    EXIT_CODES,
    SKIPPED,
    Script,
    calls,
    described,
    filled,
    flag,
    indent,
    lower_first,
    told,
)  # fmt: skip
from flowpilot.ai.schema import Step
from flowpilot.ai.tools import Parameter

MODULES = ("getpass", "logging", "os", "re", "shutil", "subprocess", "tempfile")
RUN = '''\
def run(*command: str) -> str:
    """Runs a command and returns what it says; raises where it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip() or done.stdout.strip()
        raise RuntimeError(f"{' '.join(command)} ended with code {done.returncode}: {said}")
    return done.stdout'''
SUCCEEDS = '''\
def succeeds(*command: str) -> bool:
    """Whether a command ends without an error."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0'''
MATCHING = '''\
def matching(pattern: str):
    """A type of argument: text that fits the pattern."""

    def checked(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise argparse.ArgumentTypeError(f"cannot be {text!r}")
        return text

    return checked'''
LOG = """\
log_file = Path(tempfile.gettempdir()) / "{name}.log"
parser.add_argument("--log", default=log_file, help="The file that every line is written to as well.")
values = vars(parser.parse_args())
handlers = [logging.StreamHandler(sys.stdout), logging.FileHandler(values.pop("log"), encoding="utf-8")]
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", handlers=handlers)"""


def render(script: Script) -> str:
    """The whole script."""
    body = [part for part in (_function(script), _main(script)) if part]
    text = "\n".join(body)
    helpers = [RUN] if " run(" in text or "(run(" in text else []
    helpers += [SUCCEEDS] if "succeeds(" in text else []
    helpers += [MATCHING] if "matching(" in text else []
    everything = "\n\n\n".join([*helpers, *body])
    imports = ["argparse", "sys", *(name for name in MODULES if re.search(rf"\b{name}\.", everything))]
    path = ["from pathlib import Path"] if "Path(" in everything else []
    top = "\n".join([*(f"import {name}" for name in sorted(imports)), *path])
    log = [f'log = logging.getLogger("{script.snake}")'] if script.logging else []
    head = "\n".join(["#!/usr/bin/env python3", *comments.lines(script.words, "python"), _help(script)])
    start = 'if __name__ == "__main__":\n    sys.exit(main())'
    return "\n\n".join([head, top, *log]) + "\n\n\n" + everything + "\n\n\n" + start + "\n"


def _help(script: Script) -> str:
    if script.short:
        return f'"""{script.summary}"""'
    example = " ".join([f"{script.kebab}.py", *calls(script), "--dry-run"])
    return "\n".join([f'"""{script.summary}', "", *script.notes, EXIT_CODES, "", f"Example: {example}", '"""'])


def _say(script: Script) -> str:
    return "log.info" if script.logging else "print"


def _words(words: str) -> str:
    """A step's words as a string of the language."""
    text = words.replace("\\", "\\\\")
    return f'f"{filled(text, lambda name: f"{{{name}}}")}"' if "{" in text else f'"{text}"'


def _function(script: Script) -> str:
    ordered = sorted(script.parameters.items(), key=lambda item: bool(item[1].default))
    taken = [f"{name}: str" + (f' = "{p.default}"' if p.default else "") for name, p in ordered]
    taken += ["dry_run: bool = False"]
    signature = f"def {script.snake}(\n    *,\n{indent(chr(10).join(f'{one},' for one in taken))}\n) -> None:"
    return f'{signature}\n    """{script.summary}"""\n{indent(_work(script))}'


def _work(script: Script) -> str:
    say, parts = _say(script), []
    if "only_user" in script.parameters:
        parts.append(f"if getpass.getuser() != only_user:\n    {say}({_words(SKIPPED)})\n    return")
    after = [step for step in script.steps if step.kind == "verify"]
    parts += [_step(script, step) for step in script.steps if step.kind != "verify"]
    ended = f"if dry_run:\n    {say}({_words(DRY_RUN_ENDS)})"
    parts += [ended + ("\n    return" if after else "")]
    parts += [_step(script, step) for step in after]
    return "\n\n".join(parts)


def _step(script: Script, step: Step) -> str:
    say, code = _say(script), step.code["python"].rstrip()
    if step.did:
        code += f"\n{say}({_words(step.did)})"
    if step.kind == "change":
        would = _words(f"Would {lower_first(step.does)}.")
        code = f"if dry_run:\n    {say}({would})\nelse:\n{indent(code)}"
    if step.inside:
        otherwise = f"\nelse:\n    {say}({_words(step.otherwise)})" if step.otherwise else ""
        code = f"{step.inside['python']}:\n{indent(code)}{otherwise}"
    return code if script.short else f"# {told(step.does, script)}.\n{code}"


def _argument(name: str, parameter: Parameter) -> str:
    rules = ["required=True"] if parameter.required and not parameter.default else []
    rules += [f'default="{parameter.default}"'] if parameter.default else []
    if parameter.choices:
        rules.append(f"choices=[{', '.join(f'{chr(34)}{choice}{chr(34)}' for choice in parameter.choices)}]")
    elif parameter.pattern:
        rules.append(f'type=matching(r"{parameter.pattern}")')
    rules = [f'"--{flag(name)}"', *rules, f'help="{described(parameter)}"']
    return "\n".join(["parser.add_argument(", *(f"    {rule}," for rule in rules), ")"])


def _main(script: Script) -> str:
    lines = ["parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])"]
    lines += [_argument(name, parameter) for name, parameter in script.parameters.items()]
    lines += ['parser.add_argument("--dry-run", action="store_true", help="Only say what would be changed.")']
    if script.logging:
        failed = 'log.error("Failed: %s", error)'
        lines.append(LOG.format(name=script.kebab))
    else:
        failed = 'print(f"Failed: {error}", file=sys.stderr)'
        lines.append("values = vars(parser.parse_args())")
    lines.append(
        f"try:\n    {script.snake}(**values)\nexcept Exception as error:\n    {failed}\n    return 1\nreturn 0"
    )
    return "def main() -> int:\n" + '    """Reads the arguments; returns the exit code."""\n' + indent("\n".join(lines))
