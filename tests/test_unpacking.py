"""A dump of files and containers as one list of documents, unpacked once and read at random."""

import gzip
import json
import multiprocessing
import os
import pickle
import shutil

import pytest
from click.testing import CliRunner

from scrubber import configuring
from scrubber.cli import options
from scrubber.config import Config, Fields, Intake
from scrubber.configuring import ConfigError
from scrubber.reading import NoDocuments, NothingIncluded, ReadingError
from scrubber.running import unpacking
from scrubber.running.inputs import ALL, Input, find_inputs, open_dump, raw_bytes, read, recognise
from scrubber.running.unpacking import Place, StoreError
from scrubber.writing.files import WriteError


def rows(count, **more):
    return [{"id": f"r{i}", "text": f"Lock {i} opens at dawn.", **more} for i in range(1, count + 1)]


def lines(rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.fixture
def raw(tmp_path):
    folder = tmp_path / "raw"
    (folder / "news").mkdir(parents=True)
    (folder / "a.txt").write_bytes(b"A file")
    (folder / "z.html.gz").write_bytes(gzip.compress(b"<html><p>A page</html>"))
    (folder / "news" / "d.jsonl.gz").write_bytes(gzip.compress(lines(rows(3, url="https://lock.example/"))))
    (folder / "cut.jsonl").write_bytes(lines(rows(2)) + b'{"text": "tor\n')
    return folder


IDS = [
    "a.txt", "cut.jsonl!/r1", "cut.jsonl!/r2", "news/d.jsonl.gz!/r1", "news/d.jsonl.gz!/r2", "news/d.jsonl.gz!/r3",
    "z.html.gz!/z.html",
]  # fmt: skip


def ids(raw, intake=ALL):
    with open_dump([raw], intake) as dump:
        return [item.id for item in dump.documents]


def shout(item):
    return read(item).text


def test_files_and_records_are_one_list(raw):
    with open_dump([raw]) as dump:
        assert [item.id for item in dump.documents] == IDS
        assert [read(item).text for item in dump.documents[-2:]] == ["Lock 3 opens at dawn.", "A page"]
        record = dump.documents[3]
        assert raw_bytes(record) == b"Lock 1 opens at dawn."
        document = read(record)
        assert (document.id, document.source.path, document.source.url) == (
            record.id, record.id, "https://lock.example/",
        )  # fmt: skip
        assert dump.damaged == (("cut.jsonl!/000003", "is no valid JSON; correct the line, or leave it out"),)
        assert len({id(item.place.store) for item in dump.documents[3:6]}) == 1
        store = record.place.store
    assert not store.exists()


def test_several_roots_stand_before_the_ids(raw, tmp_path):
    shutil.copytree(raw, tmp_path / "other")
    with open_dump([raw, tmp_path / "other"]) as dump:
        assert [item.id for item in dump.documents] == [
            f"{root}/{id}" for root in ("other", "raw") for id in IDS
        ]


def test_files_alone(raw):
    dump = find_inputs([raw])
    assert [item.id for item in dump.documents] == ["a.txt", "z.html.gz!/z.html"]
    assert [id for id, why in dump.passed_over if why.startswith("is a container")] == [
        "cut.jsonl", "news/d.jsonl.gz",
    ]  # fmt: skip
    (raw / "a.txt").unlink()
    (raw / "z.html.gz").unlink()
    with pytest.raises(NoDocuments):
        find_inputs([raw])


def test_a_damaged_container_is_told_with_what_was_read_before(raw):
    rows = [{"text": os.urandom(500).hex()} for _ in range(100)]
    members = [gzip.compress(lines(rows[at : at + 10])) for at in range(0, 100, 10)]
    (raw / "half.jsonl.gz").write_bytes(b"".join(members)[: sum(map(len, members[:5])) + 9])
    with open_dump([raw]) as dump:
        read_before = sum(item.id.startswith("half") for item in dump.documents)
        told = dict(dump.damaged)
    assert read_before == 50
    assert told["half.jsonl.gz"] == (
        "is cut off: its gzip data end too early, in the member that begins at byte "
        f"{sum(map(len, members[:5]))} (50 records read before that); "
        "fetch it again; only whole members are taken, and those before it are cleaned"
    )


def test_damaged_single_files_are_told_when_they_are_read(raw):
    (raw / "z.html.gz").write_bytes(gzip.compress(b"<html>" * 500)[:-9])
    item = find_inputs([raw]).documents[-1]
    with pytest.raises(ReadingError, match="is cut off"):
        read(item)
    with pytest.raises(OSError, match="is cut off"):
        raw_bytes(item)


def test_our_own_files_are_no_containers(raw):
    (raw / "templates.jsonl").write_bytes(b'{"schema": "scrubber.templates/4"}\n{"text": "x"}\n')
    (raw / "run.json").write_bytes(b'{"finished": null, "schema": "scrubber.run/1"}')
    assert ids(raw) == IDS


def test_other_json_is_passed_over(raw):
    (raw / "package.json").write_bytes(b'{"name": "x"}')
    with open_dump([raw]) as dump:
        assert [id for id, _ in dump.passed_over] == ["package.json"]
        assert [item.id for item in dump.documents] == IDS


def test_a_file_goes_before_a_record_of_its_name(raw):
    (raw / "cut.jsonl!").mkdir()
    (raw / "cut.jsonl!" / "r1").with_suffix(".txt").write_bytes(b"x")
    (raw / "cut.jsonl").write_bytes(lines([{"id": "r1.txt", "text": "y"}]))
    with open_dump([raw]) as dump:
        assert [item.place for item in dump.documents if item.id == "cut.jsonl!/r1.txt"] == [None]
        assert [id for id, _ in dump.passed_over] == ["cut.jsonl!/r1.txt"]


def test_nothing_but_containers(tmp_path):
    (tmp_path / "d.jsonl").write_bytes(lines(rows(1)))
    assert ids(tmp_path) == ["d.jsonl!/r1"]
    (tmp_path / "d.jsonl").write_bytes(b"")
    with pytest.raises(NoDocuments, match=r"only \.jsonl"), open_dump([tmp_path]):
        pass


# --- what is wanted


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["*.txt"], [], ["a.txt"]),
        (["*.html", "/news/"], [], [*IDS[3:6], "z.html.gz!/z.html"]),
        ([], ["news/"], [*IDS[:3], IDS[6]]),
        (["*.jsonl.gz"], ["r2"], ["news/d.jsonl.gz!/r1", "news/d.jsonl.gz!/r3"]),
        (["cut.jsonl!/r2"], [], ["cut.jsonl!/r2"]),
        ([], ["/cut.jsonl!/*", "!/cut.jsonl/r1"], ["a.txt", "cut.jsonl!/r1", *IDS[3:]]),
        (["r2"], [], ["cut.jsonl!/r2", "news/d.jsonl.gz!/r2"]),
        ([], ["*.jsonl*", "!cut.jsonl"], ["a.txt", "cut.jsonl!/r1", "cut.jsonl!/r2", "z.html.gz!/z.html"]),
    ],
)
def test_include_and_exclude(raw, include, exclude, expected):
    intake = Intake(include=tuple(include), exclude=tuple(exclude))
    assert ids(raw, intake) == expected


def test_everything_left_out(raw):
    with pytest.raises(NothingIncluded, match="--include"), open_dump([raw], Intake(include=("*.doc",))):
        pass


def test_an_excluded_container_is_not_opened(raw, monkeypatch):
    monkeypatch.setattr(unpacking, "unpack", None)
    assert ids(raw, Intake(exclude=("*.jsonl", "*.gz"))) == ["a.txt"]


def test_fields_are_those_of_the_intake(raw):
    (raw / "cut.jsonl").write_bytes(lines([{"note": "x", "text": "y"}]))
    with open_dump([raw], Intake(Fields(text="note"), include=("cut.jsonl",))) as dump:
        assert [read(item).text for item in dump.documents] == ["x"]


# --- the stores


def opened(raw, work, intake=ALL):
    with open_dump([raw], intake, work) as dump:
        return [(item.id, read(item).text) for item in dump.documents], dump.damaged, dump.passed_over


def test_what_has_not_changed_is_not_unpacked_again(raw, tmp_path, monkeypatch):
    work = tmp_path / "work"
    first = opened(raw, work)
    made = {path: path.stat().st_mtime_ns for path in work.iterdir()}
    assert sorted(path.suffix for path in made) == [".listing", ".listing", ".records", ".records"]
    monkeypatch.setattr(unpacking, "_put", None)
    assert opened(raw, work) == first
    assert {path: path.stat().st_mtime_ns for path in work.iterdir()} == made


@pytest.mark.parametrize("change", ["container", "fields", "store", "listing", "no listing"])
def test_what_has_changed_is_unpacked_again(raw, tmp_path, change):
    work = tmp_path / "work"
    first = opened(raw, work)
    intake = Intake()
    if change == "container":
        (raw / "cut.jsonl").write_bytes(lines(rows(1)))
    elif change == "fields":
        intake = Intake(Fields(id=""))
    for path in work.iterdir():
        if change == "store" and path.suffix == ".records":
            path.write_bytes(path.read_bytes()[:-1])
        elif change == "listing" and path.suffix == ".listing":
            path.write_bytes(b"\x93")
        elif change == "no listing" and path.suffix == ".listing":
            path.unlink()
    again = opened(raw, work, intake)
    shutil.rmtree(work)
    assert again == opened(raw, work, intake)
    assert (again == first) == (change not in ("container", "fields"))


def test_a_run_that_was_killed_leaves_nothing_that_looks_complete(raw, tmp_path, monkeypatch):
    work = tmp_path / "work"

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(unpacking, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        opened(raw, work)
    monkeypatch.undo()
    again = opened(raw, work)
    shutil.rmtree(work)
    assert opened(raw, work) == again


def test_stores_of_containers_that_are_gone_go_too(raw, tmp_path):
    work = tmp_path / "work"
    opened(raw, work)
    (work / "other.txt").write_bytes(b"not ours")
    (raw / "cut.jsonl").unlink()
    opened(raw, work)
    assert sorted(path.suffix for path in work.iterdir()) == [".listing", ".records", ".txt"]


def test_two_runs_give_the_same_bytes(raw, tmp_path):
    for name in ("one", "two"):
        opened(raw, tmp_path / name)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two


def test_long_records_are_packed_and_come_out_whole(tmp_path):
    long = "Low water at noon. " * 5000
    (tmp_path / "d.jsonl").write_bytes(lines([{"text": long}, {"text": "short"}]))
    with open_dump([tmp_path]) as dump:
        assert [raw_bytes(item).decode() for item in dump.documents] == [long, "short"]
        assert dump.documents[0].place.store.stat().st_size < len(long) / 5


@pytest.mark.parametrize("damage", [b"", b"\xff", b"\0" * 40, b"\xff" * 40])
def test_a_store_that_was_changed_under_way(raw, damage):
    with open_dump([raw]) as dump:
        item = dump.documents[3]
        data = item.place.store.read_bytes()
        item.place.store.write_bytes(damage + data[len(damage) + 1 :])
        with pytest.raises(StoreError):
            raw_bytes(item)
        with pytest.raises(ReadingError, match="run the same command again"):
            read(item)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_other_processes_read_the_records(raw, method):
    with open_dump([raw]) as dump:
        with multiprocessing.get_context(method).Pool(2) as pool:
            told = pool.map(shout, dump.documents)
        assert told == [read(item).text for item in dump.documents]


def test_an_input_is_small(raw, tmp_path):
    with open_dump([raw], work=tmp_path / "work") as dump:
        item = dump.documents[3]
        assert pickle.loads(pickle.dumps(item)) == item
        assert len(pickle.dumps(dump.documents[3:6])) < 700
    assert not hasattr(item, "__dict__")


def test_a_record_is_never_taken_for_our_own_output(raw, tmp_path):
    item = Input("d.tar!/a.txt", tmp_path / "d.tar", place=Place(tmp_path / "x", 0))
    assert recognise(item) is None


def test_a_work_folder_that_cannot_be_written(raw, tmp_path):
    (tmp_path / "work").write_bytes(b"a file")
    with pytest.raises(WriteError), open_dump([raw], work=tmp_path / "work"):
        pass


def test_a_full_disk_stops_with_what_to_do(raw, tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(unpacking, "_put", full)
    with pytest.raises(WriteError, match="free some space"), open_dump([raw], work=tmp_path / "work"):
        pass
    assert list((tmp_path / "work").iterdir()) == []


def test_a_fault_of_ours_costs_one_container(raw, monkeypatch):
    from scrubber.reading.containers import opening

    def broken(_opened):
        raise KeyError("x")
        yield

    monkeypatch.setattr(opening, "READERS", {**opening.READERS, ".jsonl": broken})
    (raw / "e.json").write_bytes(lines(rows(1)))
    with open_dump([raw]) as dump:
        assert [item.id for item in dump.documents] == ["a.txt", "e.json!/r1", "z.html.gz!/z.html"]
        assert [id for id, _ in dump.damaged] == ["cut.jsonl", "news/d.jsonl.gz"]
        assert "please report it" in dump.damaged[0][1]


# --- settings


def intake_of(tmp_path, text):
    file = tmp_path / "scrubber.toml"
    file.write_text(text, "utf-8")
    return configuring.load_intake(file)


def test_input_in_the_configuration(tmp_path):
    text = '[input]\ntext = "body"\nurl = ""\ninclude = ["*.jsonl"]\nexclude = ["old/"]\n[chrome]\nthreshold = 0.7\n'
    assert intake_of(tmp_path, text) == Intake(Fields(text="body", url=""), ("*.jsonl",), ("old/",))
    assert configuring.load(tmp_path / "scrubber.toml").chrome.threshold == 0.7
    assert intake_of(tmp_path, "") == Intake()
    assert configuring.load_intake(start=tmp_path / "nowhere") == Intake()


def test_input_is_no_part_of_the_digest(tmp_path):
    (tmp_path / "scrubber.toml").write_text('[input]\ntext = "body"\n', "utf-8")
    assert configuring.load(tmp_path / "scrubber.toml").digest == Config().digest


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ("input = 3", "input", "write it as [input]"),
        ("[input]\ntext = 3", "input.text", "in quotes"),
        ('[input]\ninclude = "*.txt"', "input.include", '["*.html", "news/"]'),
        ('[input]\nexlude = ["x"]', "input.exlude", 'did you mean "exclude"?'),
    ],
)
def test_wrong_input_is_named(tmp_path, text, key, remedy):
    with pytest.raises(ConfigError) as caught:
        intake_of(tmp_path, text)
    assert caught.value.key == key
    assert remedy in caught.value.remedy


def test_options_go_over_the_configuration(tmp_path):
    import click

    (tmp_path / "scrubber.toml").write_text('[input]\ntext = "body"\nid = "key"\nexclude = ["a"]\n', "utf-8")
    got = []

    @click.command()
    @options.selecting
    def command(**given):
        got.append(options.intake(tmp_path / "scrubber.toml", given))

    runner = CliRunner()
    assert (
        runner.invoke(command, ["--field", "text=note", "--field", "url=", "--exclude", "b"]).exit_code == 0
    )
    assert got == [Intake(Fields(text="note", id="key", url=""), (), ("a", "b"))]
    refused = runner.invoke(command, ["--field", "colour=x"])
    assert refused.exit_code == 2
    assert "text=NAME" in refused.output
