#!/usr/bin/env python3
"""Man pages and completions, made of what the programs say of themselves: --help and --reference.

pages.py BIN_FOLDER OUTPUT_FOLDER VERSION
"""
import pathlib
import re
import subprocess
import sys

bin_folder, output, version = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]

# A program, or a command of one, and what it is in a line.
COMMANDS = {
    "hookcast": "a live media server whose heart is the HTTP hook",
    "hookcast hook test": "calls the backends of a configuration as the server would",
    "hookcast hook replay": "has the running server tell its backends again",
    "mock-hook-server": "a backend for HTTP hooks, for trying and testing",
    "stream-load": "many clients from one process, to load and measure a media server",
}
OPTION = re.compile(r"^(?:-(?P<short>\w)\S*, )?--(?P<long>[a-z][a-z-]*)(?:[= ](?P<value>\S+))?\s+(?P<text>\S.*)$")


def said(command, option):
    words = command.split()
    return subprocess.run([bin_folder / words[0], *words[1:], option], check=True, capture_output=True, text=True).stdout


class Help:
    """What --help says: the usage, what stands before the options, the options, what stands behind them."""

    def __init__(self, command):
        self.text = said(command, "--help")
        usage, self.before, self.options, self.after = [], [], [], []
        for line in self.text.splitlines():
            option = OPTION.match(line)
            if option:
                self.options.append([option["short"], option["long"], option["value"], option["text"].strip()])
            elif self.options and line.startswith(" "):
                self.options[-1][3] += " " + line.strip()
            elif self.options:
                self.after.append(line)
            elif line.startswith("usage: ") or (usage and not self.before and line.startswith(" ")):
                usage.append(line.removeprefix("usage: ").strip())
            else:
                self.before.append(line)
        self.usage = " ".join(usage) or f"{command} [OPTION...]"
        # A program that shows its options in prose has them all the same.
        self.names = sorted({f"--{name}" for name in re.findall(r"--([a-z][a-z-]*)", self.text)})
        self.is_list = len(self.options) >= len(self.names) / 2


def roff(text):
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in escaped.splitlines())


def verbatim(text):
    return f".nf\n{roff(text)}\n.fi\n"


def heading(page, section):
    return f'.TH {page.upper()} {section} "" "hookcast {version}" "hookcast"\n'


def option_list(options):
    text = ""
    for short, long, value, what in options:
        name = f"\\fB\\-\\-{roff(long)}\\fR" + (f"=\\fI{roff(value)}\\fR" if value else "")
        if short:
            name = f"\\fB\\-{short}\\fR, {name}"
        text += f".TP\n{name}\n{roff(what)}\n"
    return text


def body(help_text):
    if not help_text.is_list:
        return ".SH DESCRIPTION\n" + verbatim(help_text.text)
    text = ".SH DESCRIPTION\n" + roff(" ".join(help_text.before).strip()) + "\n"
    text += ".SH OPTIONS\n" + option_list(help_text.options)
    after = " ".join(help_text.after).strip()
    return text + (".PP\n" + roff(after) + "\n" if after else "")


def page(command, also):
    name = command.replace(" ", "-")
    help_text = Help(command)
    text = heading(name, 1)
    text += f".SH NAME\n{roff(name)} \\- {roff(COMMANDS[command])}\n"
    text += f".SH SYNOPSIS\n.B {roff(help_text.usage)}\n" + body(help_text)
    text += ".SH SEE ALSO\n" + ", ".join(f".BR {roff(other)} ({section})" for other, section in also[:1]) + "\n"
    for other, section in also[1:]:
        text += f".BR {roff(other)} ({section})\n"
    (output / f"{name}.1").write_text(text)
    return help_text


def reference_page():
    text = heading("hookcast.conf", 5) + ".SH NAME\nhookcast.conf \\- directives of the hookcast server\n"
    text += ".SH DESCRIPTION\n" + verbatim(said("hookcast", "--reference")) + ".SH SEE ALSO\n.BR hookcast (1)\n"
    (output / "hookcast.conf.5").write_text(text)


def bash_completion(program, help_text):
    function = "_" + program.replace("-", "_")
    words = " ".join(help_text.names)
    if program == "hookcast":
        hook = {name: " ".join(Help(f"hookcast hook {name}").names) for name in ("test", "replay")}
        body_text = f"""    local words='{words} hook'
    if [[ ${{COMP_WORDS[1]}} == hook ]]; then
        case ${{COMP_WORDS[2]}} in
            test) words='{hook["test"]}' ;;
            replay) words='{hook["replay"]}' ;;
            *) words='test replay' ;;
        esac
    fi
"""
    else:
        body_text = f"    local words='{words}'\n"
    text = f"""# bash completion for {program}; made from --help.
{function}() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
{body_text}    case $before in
        -c | --config | --file) COMPREPLY=($(compgen -f -- "$word")) ;;
        *) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    esac
}}
complete -o filenames -F {function} {program}
"""
    (output / f"{program}.bash").write_text(text)


def zsh_specs(help_text):
    if not help_text.is_list:
        return [f"'{name}[]'" for name in help_text.names]
    specs = []
    for _, long, value, what in help_text.options:
        what = re.sub(r"[\[\]':]", "", what)
        action = ":file:_files" if long in ("config", "file") else (f":{value.lower()}:" if value else "")
        specs.append(f"'--{long}{'=' if value else ''}[{what}]{action}'")
    return specs


def zsh_completion(program, help_text):
    def arguments(of):
        return "_arguments \\\n        " + " \\\n        ".join(zsh_specs(of))

    text = f"#compdef {program}\n# Made from --help.\n"
    if program == "hookcast":
        text += f"""if [[ $words[2] == hook ]]; then
    case $words[3] in
    test) {arguments(Help("hookcast hook test"))} ;;
    replay) {arguments(Help("hookcast hook replay"))} ;;
    *) _values command test replay ;;
    esac
else
    {arguments(help_text)} \\
        '1::command:(hook)'
fi
"""
    else:
        text += arguments(help_text) + "\n"
    (output / f"_{program}").write_text(text)


output.mkdir(parents=True, exist_ok=True)
pages = [(command.replace(" ", "-"), 1) for command in COMMANDS] + [("hookcast.conf", 5)]
for command in COMMANDS:
    help_text = page(command, [entry for entry in pages if entry[0] != command.replace(" ", "-")])
    if " " not in command:
        bash_completion(command, help_text)
        zsh_completion(command, help_text)
reference_page()
