"""Cases as data: a small dump in a TOML file, and what must hold once it is cleaned.

A case is tests/cases/dumps/NAME.toml:

    kind    what it is about, in a few words
    note    what is right, and why
    known   why it fails today; the test is then a strict expected failure (optional)
    args    further arguments for `clean` (optional)
    parts   named texts: {{name}} in a file stands for one (optional)
    files   path = text
    rows    path = list of records; the file holds a JSON object a line (optional)
    in      output path = rules for that document; the path may be a pattern (as in fnmatch)

and, for the corpus as a whole, the rules below beside `documents` (how many come out) and `message`
and `no_message` (patterns for what `clean` says). `any` is a list of sets of all of these, of which
one must hold. Rules:

    keep, drop      strings that must stand, or must not
    lines           strings that must be whole lines
    line_count      {line = how many times it is a whole line; a list of numbers: any of them}
    order           lists of strings that stand in this order in one document
    together        lists of strings: all of them stand, or none
    meta            {field = value} of the metadata; false: nothing is claimed
    record          {dotted path = value} of the provenance
    flags, no_flags patterns for flags of the document

Every string of `drop`, `keep` and the like must stand in the raw dump, so that a misspelt one shows.
"""

import fnmatch
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

TEXTS = {"keep": list, "drop": list, "lines": list, "line_count": dict, "order": list, "together": list}
CLAIMS = {"meta": dict, "record": dict, "flags": list, "no_flags": list}
CORPUS = {**TEXTS, "in": dict, "documents": int, "message": list, "no_message": list, "any": list}
CASE = {
    **CORPUS,
    "kind": str,
    "note": str,
    "known": str,
    "args": list,
    "parts": dict,
    "files": dict,
    "rows": dict,
}
NEEDED = ("kind", "note")


class DumpCaseError(ValueError):
    """A case that is not written as cases are."""

    def __init__(self, path, why):
        super().__init__(f"{path}: {why}")
        self.path = path


@dataclass(frozen=True)
class DumpCase:
    name: str
    files: dict[str, str]
    rules: dict
    known: str
    args: tuple[str, ...]


def read_case(path):
    """Read and check a case. Raises DumpCaseError."""
    body = tomllib.loads(path.read_text("utf-8"))
    _check(path, body, CASE, "the case")
    for name in NEEDED:
        if not body.get(name):
            raise DumpCaseError(path, f"{name} is missing")
    files = _files(path, body)
    rules = {name: body[name] for name in CORPUS if name in body}
    if not rules:
        raise DumpCaseError(path, "it expects nothing")
    _check_rules(path, rules, "\n".join(_raw_texts(files, body)))
    return DumpCase(path.stem, files, rules, body.get("known", ""), tuple(body.get("args", ())))


def _files(path, body):
    parts, files = body.get("parts", {}), {}

    def filled(text):
        for name, part in parts.items():
            text = text.replace("{{" + name + "}}", part)
        if "{{" in text:
            raise DumpCaseError(path, f"no part is named as in {text[text.index('{{') :][:40]!r}")
        return text

    for name, text in body.get("files", {}).items():
        files[name] = filled(text)
    for name, rows in body.get("rows", {}).items():
        made = [{key: filled(value) for key, value in row.items()} for row in rows]
        files[name] = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made)
    if not files:
        raise DumpCaseError(path, "it has no files")
    return files


def _raw_texts(files, body):
    """What the dump says: of rows the fields, not their JSON."""
    for name, text in files.items():
        if name in body.get("rows", {}):
            yield from (str(value) for line in text.splitlines() for value in json.loads(line).values())
        else:
            yield text


def _check(path, table, known, where):
    for key, value in table.items():
        if key not in known:
            raise DumpCaseError(path, f"{where} has a key {key!r}: known are {', '.join(known)}")
        if not isinstance(value, known[key]):
            raise DumpCaseError(path, f"{key} of {where} must be a {known[key].__name__}")


def _check_rules(path, rules, raw):
    for rule in ("keep", "drop", "lines"):
        _check_strings(path, rule, rules.get(rule, ()), raw)
    _check_strings(path, "line_count", rules.get("line_count", {}), raw)
    for rule in ("order", "together"):
        for strings in rules.get(rule, ()):
            _check_strings(path, rule, strings, raw)
    for pattern, own in rules.get("in", {}).items():
        _check(path, own, {**TEXTS, **CLAIMS}, pattern)
        _check_rules(path, own, raw)
    for other in rules.get("any", ()):
        _check(path, other, CORPUS, "any")
        _check_rules(path, other, raw)


def _check_strings(path, rule, strings, raw):
    for text in strings:
        if not isinstance(text, str) or not text or text not in raw:
            raise DumpCaseError(path, f"{rule}: the dump does not hold {text!r}")


# --- what a run left ------------------------------------------------------------------------------


def outputs(folder):
    """(clean text, provenance) by path."""
    found = {}
    for side in sorted(folder.rglob("*.provenance.json")):
        path = side.with_name(side.name.removesuffix(".provenance.json"))
        if ".scrubber" not in side.parts:
            record = json.loads(side.read_text("utf-8"))
            found[path.relative_to(folder).as_posix()] = (path.read_bytes().decode(), record)
    return found


def faults(rules, found, said):
    """What a set of rules finds wrong with a run, in words."""
    wrong = _of_texts(rules, [text for text, _ in found.values()], "")
    if "documents" in rules and len(found) != rules["documents"]:
        wrong.append(f"{len(found)} documents came out, not {rules['documents']}")
    for pattern, own in rules.get("in", {}).items():
        names = [pattern] if pattern in found else fnmatch.filter(found, pattern)
        wrong += [] if names else [f"no document {pattern}"]
        for name in names:
            text, record = found[name]
            wrong += _of_texts(own, [text], f" in {name}") + _of_record(own, record, f" in {name}")
    wrong += [f"no message {p}" for p in rules.get("message", ()) if not fnmatch.fnmatchcase(said.lower(), p)]
    wrong += [f"message {p}" for p in rules.get("no_message", ()) if fnmatch.fnmatchcase(said.lower(), p)]
    tries = [faults(other, found, said) for other in rules.get("any", ())]
    if tries and all(tries):
        wrong.append("none of: " + " | ".join(one[0] for one in tries))
    return wrong


def _of_texts(rules, texts, where):
    wrong = [f"lost{where}: {s!r}" for s in rules.get("keep", ()) if not any(s in t for t in texts)]
    wrong += [f"left{where}: {s!r}" for s in rules.get("drop", ()) if any(s in t for t in texts)]
    lines = [line for text in texts for line in text.split("\n")]
    wrong += [f"no line of its own{where}: {s!r}" for s in rules.get("lines", ()) if s not in lines]
    for line, wanted in rules.get("line_count", {}).items():
        count = sum(one.strip() == line.strip() for one in lines)
        if count not in (wanted if isinstance(wanted, list) else [wanted]):
            wrong.append(f"{count} lines{where}, not {wanted}: {line!r}")
    for strings in rules.get("order", ()):
        if not any(_in_order(strings, text) for text in texts):
            wrong.append(f"not in this order{where}: {strings!r}")
    for strings in rules.get("together", ()):
        there = [any(s in text for text in texts) for s in strings]
        if any(there) and not all(there):
            wrong.append(f"torn{where}: {strings[there.index(False)]!r} is gone, its company is not")
    return wrong


def _in_order(strings, text):
    at = 0
    for string in strings:
        at = text.find(string, at)
        if at < 0:
            return False
        at += len(string)
    return True


def _of_record(rules, record, where):
    wrong = []
    for field, right in rules.get("meta", {}).items():
        found = record["metadata"].get(field)
        value = found["value"] if isinstance(found, dict) else found
        if (value or False) != right:
            wrong.append(f"{field}{where} is {value!r}, not {right!r}")
    for path, right in rules.get("record", {}).items():
        value = record
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value != right:
            wrong.append(f"{path}{where} is {value!r}, not {right!r}")
    flags = [flag if isinstance(flag, str) else flag["rule"] for flag in record["flags"]]
    wrong += [f"no flag {p}{where}" for p in rules.get("flags", ()) if not fnmatch.filter(flags, p)]
    wrong += [f"flag {p}{where}" for p in rules.get("no_flags", ()) if fnmatch.filter(flags, p)]
    return wrong


def write_files(case, folder):
    """Lay a case's dump into a folder."""
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


CASES = sorted((Path(__file__).parent / "cases" / "dumps").glob("*.toml"))
