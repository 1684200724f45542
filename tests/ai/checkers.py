"""What is wrong with a script, as far as this machine can tell; nothing where nothing is."""

import ast
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path


def unbalanced(text: str) -> str:
    """What is left open or closed too often in a PowerShell script; quotes and comments are skipped as such."""
    pairs, stack, at = {")": "(", "]": "[", "}": "{"}, [], 0
    skip = re.compile(r"<#.*?#>|#[^\n]*|'(?:[^']|'')*'|\"(?:[^\"`]|`.|\"\")*\"|`.", re.DOTALL)
    while at < len(text):
        if found := skip.match(text, at):
            at = found.end()
            continue
        character = text[at]
        if character in "\"'":
            return f"a quote at {at} is not closed"
        if character in "([{":
            stack.append(character)
        elif character in pairs and (not stack or stack.pop() != pairs[character]):
            return f"{character} at {at} closes nothing"
        at += 1
    return f"{stack} not closed" if stack else ""


@cache
def shellcheck(text: str) -> str:
    """What ShellCheck finds in a Bash script."""
    program = Path(sys.executable).with_name("shellcheck")
    checked = subprocess.run([program, "-s", "bash", "-"], input=text, capture_output=True, text=True, check=False)
    return checked.stdout


def python_fault(text: str) -> str:
    """What Python itself finds."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        return str(error)
    return ""


def batch_fault(text: str) -> str:
    """Blocks, quotes and jumps of a batch file that do not fit together."""
    depth, jumps, labels = 0, set(), Counter()
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if re.match(r"(?i)@?rem\b", line):
            continue
        if line.startswith(":"):
            labels[line] += 1
            continue
        if line.count('"') % 2:
            return f"line {number}: a quote is not closed"
        bare = re.sub(r'"[^"]*"', '""', line).replace("echo(", "echo ")
        jumps |= set(re.findall(r"(?:goto|call) (:\w+)", bare))
        if said := re.match(r"echo [^|&]*[()<>]", bare):
            return f"line {number}: {said[0]} is not printed as it stands"
        for character in bare:
            depth += (character == "(") - (character == ")")
            if depth < 0:
                return f"line {number}: a block is closed that is not open"
    if depth:
        return "a block is not closed"
    if twice := [label for label, times in labels.items() if times > 1]:
        return f"{twice} stand twice"
    return f"no label {jumps - set(labels)}" if jumps - set(labels) else ""


CHECKERS = {"powershell": unbalanced, "bash": shellcheck, "python": python_fault, "batch": batch_fault}
