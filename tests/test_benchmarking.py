"""What the benchmark counts with: tables, cut-down sites, found sites, simple rules, workers."""

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from benchmarking import baselines, peers, progress, scoring  # noqa: E402
from benchmarking.aligning import letters, standing  # noqa: E402
from benchmarking.cutting import SIZES, cut  # noqa: E402
from benchmarking.hosts import host_of, hosts_of  # noqa: E402
from benchmarking.pages import SETS, NoPageSetsError, Page, by_site, find_pages  # noqa: E402
from benchmarking.partition import compare  # noqa: E402
from benchmarking.store import Store, digest_of  # noqa: E402
from benchmarking.tables import MarkerError, f1_and_lost, fill, table  # noqa: E402


def page(name, root=Path()):
    return Page(*name.split("/"), root)


# --- tables -----------------------------------------------------------------------------------


def test_a_table_is_markdown():
    assert table(["a", "b"], [[1, None], ["x|y", "two\nlines"]]) == (
        "| a | b |\n| --- | --- |\n| 1 |  |\n| x\\|y | two lines |\n"
    )


def test_f1_and_lost_is_how_all_documents_write_it():
    assert f1_and_lost(0.92, 0.0214) == "0.920 (2.1%)"


DOCUMENT = (
    "# Title\n\n<!-- table: sets -->\nold\n<!-- end -->\n\nProse.\n\n<!-- table: speed -->\n<!-- end -->\n"
)


def test_only_named_places_are_filled():
    filled = fill(DOCUMENT, {"sets": "| new |\n", "nowhere": "| lost |\n"})
    assert filled == DOCUMENT.replace("old\n", "\n| new |\n\n")


def test_filling_again_changes_nothing():
    tables = {"sets": "| new |\n", "speed": r"| a\1 |" + "\n"}
    once = fill(DOCUMENT, tables)
    assert r"a\1" in once
    assert fill(once, tables) == once


@pytest.mark.parametrize(
    "broken",
    [
        "<!-- table: sets -->\nno end\n",
        "<!-- table: sets -->\n<!-- table: speed -->\n<!-- end -->\n",
    ],
)
def test_a_place_that_nothing_closes_is_told(broken):
    with pytest.raises(MarkerError, match="sets"):
        fill(broken, {"sets": "x"})


# --- cut-down sites ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("number", [1, 2, 3, 7, 10, 11, 23])
def test_every_page_is_judged_once_among_so_many(size, number):
    pages = [f"page {i}" for i in range(number)]
    chunks = cut(pages, size, seed=3)
    if number < size:
        assert chunks == []
        return
    assert Counter(p for chunk in chunks for p in chunk.judged) == Counter(pages)
    for chunk in chunks:
        assert len(chunk.members) == len(set(chunk.members)) == size
        assert set(chunk.judged) <= set(chunk.members)


def test_chunks_are_the_same_for_the_same_seed_only():
    pages = list(range(20))
    assert cut(pages, 5, seed=1) == cut(pages, 5, seed=1)
    assert cut(pages, 5, seed=1) != cut(pages, 5, seed=2)


# --- found sites ------------------------------------------------------------------------------


def test_sites_that_were_found_as_they_are():
    true = {"a1": "A", "a2": "A", "b1": "B", "b2": "B", "c1": "C"}
    found = {"a1": "x", "a2": "x", "b1": "y", "b2": "y", "c1": "z"}
    counts = compare(true, found)
    assert (counts.true, counts.found, counts.whole) == (2, 2, 2)
    assert (counts.split, counts.missed, counts.merged, counts.lone) == (0, 0, 0, 0)
    assert (counts.single, counts.joined_single) == (1, 0)


def test_split_takes_two_found_sites_and_lone_documents_are_no_split():
    true = {f"a{i}": "A" for i in range(5)} | {f"b{i}": "B" for i in range(3)} | {"c0": "C", "c1": "C"}
    found = {"a0": "x", "a1": "x", "a2": "y", "a3": "y", "a4": "lone 1"}
    found |= {"b0": "z", "b1": "z", "b2": "lone 2", "c0": "lone 3", "c1": "lone 4"}
    counts = compare(true, found)
    assert (counts.true, counts.found) == (3, 3)
    assert (counts.split, counts.but_for_lone, counts.missed, counts.whole) == (1, 1, 1, 0)
    assert counts.lone == 4


def test_merged_is_counted_by_found_site_and_split_parts_may_be_merged_ones():
    true = {"a1": "A", "a2": "A", "b1": "B", "b2": "B", "c1": "C"}
    found = {"a1": "x", "a2": "y", "b1": "x", "b2": "y", "c1": "y"}
    counts = compare(true, found)
    assert (counts.split, counts.merged, counts.found) == (2, 2, 2)
    assert counts.joined_single == 1


def test_a_page_of_a_site_beside_one_stranger_is_in_a_found_site():
    # Two documents make a found site, whoever they are: that one is merged, and nobody is lone.
    counts = compare({"a1": "A", "a2": "A", "b1": "B"}, {"a1": "x", "a2": "lone", "b1": "x"})
    assert (counts.merged, counts.lone, counts.but_for_lone) == (1, 1, 1)


# --- simple rules -----------------------------------------------------------------------------


def test_lines_of_many_pages_are_dropped_with_digits_folded():
    texts = ["Page 1\nown a\nMenu", "Page 2\nown b\nMenu", "Page 3\nown c\nMenu", "alone"]
    assert baselines.repeated_dropped(texts) == ["own a", "own b", "own c", "alone"]


def test_a_site_of_one_page_repeats_nothing():
    assert baselines.repeated_dropped(["a\na\nb"]) == ["a\na\nb"]


def test_each_line_is_kept_where_the_site_shows_it_first():
    assert baselines.each_line_once(["Menu 1\na\na", "Menu 2\na\nb"]) == ["Menu 1\na", "b"]


# --- pages and scores -------------------------------------------------------------------------


def page_sets(root, *, sites=3, pages=4):
    for name in SETS:
        for site in range(sites):
            for doc in range(pages):
                path = root / name / "gold" / f"site{site}.example" / f"article_{doc}.v2.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"Main text {doc}.", "utf-8")
    return root


def test_pages_are_found_by_their_gold(tmp_path):
    pages = find_pages(page_sets(tmp_path))
    assert len(pages) == 48
    assert list(by_site(pages)) == sorted({f"{p.set}/{p.site}" for p in pages})
    first = pages[0]
    assert first.name == "daniel/site0.example/article_0.v2"
    assert first.id("html") == "site0.example/article_0.v2.html"
    assert first.path("text-full").suffix == ".txt"
    assert first.type == "article"
    assert first.gold() == "Main text 0."


def test_a_share_is_the_same_each_time_and_holds_pages_of_one_site_together(tmp_path):
    root = page_sets(tmp_path)
    share = find_pages(root, 4)
    assert share == find_pages(root, 4)
    assert set(share) < set(find_pages(root))
    assert all(len(group) == 2 for group in by_site(share).values())


def test_missing_page_sets_are_told(tmp_path):
    with pytest.raises(NoPageSetsError, match="--pagesets"):
        find_pages(tmp_path)


def test_a_page_without_a_score_counts_as_empty():
    pages = [page("daniel/a/1"), page("daniel/a/2"), page("wcxb/b/1")]
    scores = {"daniel/a/1": (1.0, 0.8, 0.9), "wcxb/b/1": (0.5, 0.49, 0.5)}
    assert scoring.mean(scores, pages[:2]) == pytest.approx(0.45)
    assert scoring.lost(scores, pages) == pytest.approx(2 / 3)
    assert scoring.pooled(pages) == pages[:2]


def test_the_mean_of_the_sets_does_not_weigh_them_by_size():
    pages = [
        page(f"{name}/a/{i}") for name, n in (("daniel", 9), ("dragnet", 1), ("fundus", 2)) for i in range(n)
    ]
    value = scoring.mean_of_sets(pages, lambda some: 0.3 if some[0].set == "daniel" else 0.9)
    assert value == pytest.approx(0.7)


def test_scores_are_those_of_the_shared_scorer(shared, tmp_path):
    root = page_sets(tmp_path)
    path = shared / "bench" / "score.py"
    one = find_pages(root)[0]
    assert scoring.score(path, one.gold(), one) == (1.0, 1.0, 1.0)
    assert scoring.score(path, "", one) == (0.0, 0.0, 0.0)


def test_a_missing_scorer_is_told(tmp_path):
    scoring.scorer.cache_clear()
    with pytest.raises(scoring.NoScorerError, match="--bench"):
        scoring.scorer(tmp_path / "score.py")


# --- results on disk --------------------------------------------------------------------------


def test_results_of_another_state_are_not_read(tmp_path):
    Store(tmp_path, "one").write("sets", {"f1": 0.9})
    assert Store(tmp_path, "one").read("sets") == {"f1": 0.9}
    assert Store(tmp_path, "two").read("sets") is None
    assert Store(tmp_path, "two").read("sets", whatever_state=True) == {"f1": 0.9}
    assert Store(tmp_path, "one").read("sizes") is None


def test_a_result_keeps_the_note_of_its_own_run(tmp_path):
    Store(tmp_path, "one", "held out").write("sets", {})
    later = Store(tmp_path, "two", "seen")
    assert (later.note_of("sets"), later.note_of("sizes")) == ("held out", "seen")


def test_the_state_depends_on_what_files_hold(tmp_path):
    (tmp_path / "a.py").write_text("1")
    before = digest_of([tmp_path / "a.py"], "word")
    assert before == digest_of([tmp_path / "a.py"], "word")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/0.py").write_text("other")
    files = [tmp_path / "a.py", tmp_path / "sub/0.py"]
    assert digest_of(files) == digest_of(files[::-1]) != before
    (tmp_path / "a.py").write_text("2")
    assert digest_of([tmp_path / "a.py"], "word") != before


# --- lines that still stand ---------------------------------------------------------------------

PAGE = [
    "Home",
    "Method",
    "Method",
    "Stir it for ten minutes.",
    "Serve.",
    "Serve with bread and butter today.",
    "---",
]


@pytest.mark.parametrize(
    ("clean", "stands"),
    [
        (PAGE, [1, 1, 1, 1, 1, 1, 1]),
        ([], [0, 0, 0, 0, 0, 0, 1]),  # a line without a letter is never lost
        (["Method", "Stir it for ten minutes."], [0, 0, 1, 1, 0, 0, 1]),  # with its neighbours, not the menu
        (["Home", "Method"], [1, 1, 0, 0, 0, 0, 1]),
        (["Stir it for", "ten minutes."], [0, 0, 0, 1, 0, 0, 1]),  # one line as two
        (["Stir it for ten minutes. Serve."], [0, 0, 0, 1, 1, 0, 1]),  # two as one
        (["Serve with bread and butter today."], [0, 0, 0, 0, 0, 1, 1]),  # a short one is not found inside
        (["– SERVE –", "*Home*"], [1, 0, 0, 0, 1, 0, 1]),  # out of order, other marks around it
    ],
)
def test_a_line_stands_where_its_company_does(clean, stands):
    content = [False, False, True, True, True, True, True]
    assert standing(PAGE, clean, content) == list(map(bool, stands))


def test_content_claims_a_copy_whose_company_does_not_tell():
    assert standing(["Tips", "Home", "Tips"], ["Tips"], [False, False, True]).count(True) == 1
    assert standing(["Tips", "x", "Tips"], ["y", "Tips", "z"], [True, False, False])[0]


def test_letters_leave_marks_and_case_out():
    assert letters("**Wind:** force 5 ") == "windforce5"


def label(*rows, **about):
    lines = [
        [line, len(line.split()), sort, chrome, place] for place, (line, sort, chrome) in enumerate(rows)
    ]
    return {"name": "a", "site": "s", "kind": "recipes", "pages": 6, "role": "page", "lines": lines, **about}


PIE = label(
    ("Home", "list item", "menu"), ("Apple pie", "heading", ""), ("Peel the apples now", "paragraph", "")
)


def test_planted_words_are_counted_by_what_they_are():
    pytest.importorskip("rapidfuzz")
    from benchmarking.stages.planted import LabelledPage, count_page, merge

    counts, lost = count_page(LabelledPage(PIE, ("Home", "Apple pie")))
    assert counts["all"] == {"all": [6, 4, 1, 1]}
    assert counts["sort"] == {"heading": [2, 0, 0, 0], "paragraph": [4, 4, 0, 0]}
    assert counts["chrome"] == {"menu": [0, 0, 1, 1]}
    assert counts["place"] == {"blocks 1 to 15": [6, 4, 1, 1]}
    assert (counts["body"], counts["pages"]) == ({"recipes": [6, 4, 1, 1]}, {"6": [6, 4, 1, 1]})
    assert lost == ["a: paragraph: Peel the apples now"]
    total = {}
    for _ in range(2):
        merge(total, counts)
    assert total["all"]["all"] == [12, 8, 2, 2]


def test_planted_tables_give_each_cell_its_count():
    pytest.importorskip("rapidfuzz")
    from benchmarking.stages import planted

    counts, _ = planted.count_page(planted.LabelledPage(PIE, ("Apple pie",)))
    one = {"documents": 1, "sites": 1, "found": 0, "alone": 1}
    methods = {
        name: {"counts": counts, "lost": []} for name in (planted.OURS, planted.UNSIGNED, planted.RULE)
    }
    found = planted.to_tables(None, {"text": {**one, "methods": methods}})
    assert "| text | 66.7% of 6 | 0.0% of 1 |" in found["planted"]
    assert "| paragraph | 100.0% of 4 |" in found["planted-lost-sort"]
    assert "| menu | 0.0% of 1 |" in found["planted-left-chrome"]
    assert "| 6 pages |" in found["planted-lost-pages"]


def test_the_simple_rule_sees_a_site_whole():
    pytest.importorskip("rapidfuzz")
    from benchmarking.stages.planted import _by_rule

    other = label(("Home", "list item", "menu"), ("Plum pie", "heading", ""), name="b")
    assert [page.clean for page in _by_rule([PIE, other])] == [
        ("Apple pie", "Peel the apples now"),
        ("Plum pie",),
    ]


# --- hosts of a dump ----------------------------------------------------------------------------


def test_hosts_are_told_by_rows_front_matter_and_folders(tmp_path):
    (tmp_path / "www.mill.example").mkdir()
    (tmp_path / "www.mill.example" / "a.txt").write_text("Text.", "utf-8")
    (tmp_path / "b.md").write_text("---\ntitle: B\nurl: https://docs.mill.example/b\n---\n\n# B\n", "utf-8")
    (tmp_path / "c.md").write_text("# url: https://no.example\n", "utf-8")
    (tmp_path / "rows.jsonl").write_text('{"url": "https://www.inn.example/x"}\n\n{"text": "y"}\n', "utf-8")
    (tmp_path / "list.json").write_text('[{"url": "http://inn.example:80/"}]', "utf-8")
    found = ["docs.mill.example", "", "inn.example", "inn.example", "", "mill.example"]
    assert list(hosts_of(tmp_path)) == found
    assert host_of("no address") == ""


def test_dumps_have_a_row_each_and_say_why_one_is_absent():
    pytest.importorskip("rapidfuzz")
    from benchmarking.stages import dumps

    row = dict.fromkeys(("documents", "unique", "others", "distinct", "copies", "repeated"), 10)
    row |= {"lost": 0.1, "torn": 0.2, "vanished": 0.3, "thinned": 0.4, "left": 0.5}
    row |= {"hosts": 0, "unnamed": 10, "sites": 1, "alone": 2}
    lines = {
        "content": 5,
        "kept": 0.9,
        "kept_lines": 0.8,
        "chrome": 4,
        "gone": 0.7,
        "gone_lines": 0.5,
        "documents": 1,
    }
    result = {"rows": {"papers": row}, "lines": {"all": lines}, "absent": {"apache2-doc": "no package"}}
    found = dumps.to_tables(None, result)
    assert (
        "| papers | 10 | 10.0% of 10 | 20.0% of 10 | 30.0% of 10 | 40.0% of 10 | 50.0% of 10 |"
        in found["dumps"]
    )
    assert "| apache2-doc |  | not made: no package |" in found["dumps"]
    assert "| all | 1 | 90.0% | 80.0% of 5 | 70.0% | 50.0% of 4 |" in found["dumps-lines"]
    assert "| papers | 10 | not told | 10 | 1 | 2 |" in found["dumps-sites"]


def test_cases_are_counted():
    pytest.importorskip("rapidfuzz")
    from benchmarking.stages import cases

    good, bad = {"case": "a", "kind": "k", "wrong": []}, {"case": "b", "kind": "k", "wrong": ["lost: x", "y"]}
    found = cases.to_tables(None, {"cases": [good, bad]})
    assert "| 2 | 1 | 1 | 2 |" in found["cases-count"]
    assert "| b | k | 2 wrong | lost: x |" in found["cases"]
    assert cases.to_tables(None, {}) == {}


# --- other extractors -------------------------------------------------------------------------

STUB = """
import json, os, sys
for line in sys.stdin:
    path = json.loads(line)["path"]
    if "article_2" in path:
        os._exit(1)
    print(json.dumps({"text": path[-17:], "error": None}), flush=True)
"""


def test_a_peer_that_dies_of_a_page_gives_empty_text_and_goes_on(tmp_path, monkeypatch):
    worker = tmp_path / "stub.py"
    worker.write_text(STUB, "utf-8")
    monkeypatch.setattr(peers, "WORKER", worker)
    monkeypatch.setattr(peers.Peers, "_python", lambda self, peer: Path(sys.executable))
    pages = by_site(find_pages(page_sets(tmp_path / "sets")))["daniel/site0.example"]
    made = peers.Peers(tmp_path / "environments", tmp_path / "texts", 2)
    texts = made.extract("boilerpy3", pages, {})
    wanted = {p.name: "" if "article_2" in p.doc else f"{p.doc}.html"[-17:] for p in pages}
    assert texts == wanted
    worker.write_text(STUB, "utf-8")  # the same worker: what is known is not asked again
    monkeypatch.setattr(peers.Peers, "_python", lambda self, peer: pytest.fail("asked again"))
    assert made.extract("boilerpy3", pages, {}) == wanted


@pytest.mark.parametrize("name", ["trafilatura", "boilerpy3"])
def test_the_worker_answers_each_request_with_a_line(name, tmp_path):
    target = page("daniel/a/page", tmp_path)
    html = target.path("html")
    html.parent.mkdir(parents=True)
    body = "The bridge opened on Monday. " * 20
    html.write_text(f"<html><body><article><p>{body}</p></article></body></html>", "utf-8")
    peer = peers.Peer(name, (), name, name)
    worker = peers._Worker(peer, Path(sys.executable))
    try:
        first, second = worker.ask(target, "en"), worker.ask(target, "und")
    finally:
        worker.stop()
    assert first == second
    if first["error"] is None:
        assert "The bridge opened on Monday." in first["text"]
    else:  # not installed here: that is an answer too
        assert first["text"] == ""
        assert "ModuleNotFoundError" in first["error"]


def test_progress_passes_everything_on(capsys):
    assert list(progress.watched(iter("abc"), 3, "letters")) == ["a", "b", "c"]
    out = capsys.readouterr()
    assert out.out == ""
    assert "letters: 3" in out.err


# --- what needs the train and bench extras ----------------------------------------------------


def test_plots_are_the_same_bytes_each_time(tmp_path):
    pytest.importorskip("matplotlib")
    from benchmarking import plots

    for name in ("a.svg", "b.svg"):
        figure, (left, right) = plots.panels(2)
        plots.bars(left, {"scrubber": 0.2, "other": -0.1})
        plots.curves(right, [1, 2], {"x": [0.1, 0.2], "y": [0.1, 0.21]}, {"x": "black", "y": "red"})
        plots.save(figure, tmp_path / name)
    first = (tmp_path / "a.svg").read_text("utf-8")
    assert first == (tmp_path / "b.svg").read_text("utf-8")
    assert "dc:date" not in first
    assert ">scrubber<" in first


def test_labels_are_moved_apart_in_their_order():
    from benchmarking.plots import spread_labels

    moved = spread_labels([0.5, 0.49, 0.9], 0.1)
    assert moved[1] < moved[0] < moved[2]
    assert moved[0] - moved[1] == pytest.approx(0.1)


def test_every_page_has_the_weights_that_never_saw_its_site(tmp_path):
    pytest.importorskip("rapidfuzz")
    from benchmarking.weights import NoWeightsError, read_weights
    from training import FOLDS, fold_of

    committed = json.loads((SCRIPTS.parent / "scrubber/classifying/weights.json").read_text("utf-8"))
    for fold in range(FOLDS):
        for body in committed["forests"].values():
            body["words"] = {"fold": fold}
        (tmp_path / f"fold{fold}.json").write_text(json.dumps(committed), "utf-8")
    weights = read_weights(tmp_path)
    assert weights.held_out
    for site in ("www.example.org", "www1.rizospastis.gr", "a.example"):
        assert weights.of(site)["html"].words == {"fold": fold_of(site)}
    assert fold_of("www1.rizospastis.gr") == fold_of("www2.rizospastis.gr")
    (tmp_path / "fold3.json").unlink()
    with pytest.raises(NoWeightsError, match="fold3"):
        read_weights(tmp_path)


def test_calibration_counts_removed_words_that_gold_lacks(tmp_path):
    pytest.importorskip("rapidfuzz")
    from benchmarking.stages.calibration import decile, expected_error, removals

    from scrubber.documents import CleanDocument, Metadata, RawDocument, Site, Versions
    from scrubber.edits import Edit, Layer, Ledger

    text = "Home news sport\nMain text 0.\nMore of us"
    one = find_pages(page_sets(tmp_path))[0]
    edits = (
        Edit(0, 15, text[:15], "", "boilerplate", 0.95),
        Edit(16, 28, text[16:28], "", "boilerplate", 0.6),
    )
    raw = RawDocument.from_text(text, id="x")
    ledger = Ledger((Layer("boilerplate", edits),))
    clean = CleanDocument(raw, ledger, Site("x", "nothing"), (), (), Metadata(), Versions("", "", ""))
    assert removals(one, clean, Path()) == [(0.95, 3, 3), (0.6, 3, 0)]
    assert [decile(c) for c in (0.0, 0.09, 0.1, 0.29, 0.57, 0.99, 1.0)] == [0, 0, 1, 2, 5, 9, 9]
    assert expected_error([[10, 9, 9.0], [10, 2, 6.0]]) == pytest.approx(0.2)


def test_a_second_scrub_is_charged_only_for_gold_that_the_first_kept(shared):
    pytest.importorskip("rapidfuzz")
    from benchmarking.stages.second import taken

    path = shared / "bench" / "score.py"
    gold = "one two three four five six"
    assert taken(path, gold, f"menu {gold}", gold) == (3, 0)
    assert taken(path, gold, gold, "one two three four five") == (3, 1)
    assert taken(path, gold, "menu only here now", "") == (0, 0)


def test_a_lost_page_has_one_cause():
    pytest.importorskip("rapidfuzz")
    from benchmarking.stages.lost import ABSENT, BOTH, OURS, cause

    assert [cause(0.4, 0.9), cause(0.9, 0.4), cause(0.9, 0.5)] == [ABSENT, BOTH, OURS]


def test_every_stage_offers_what_the_command_calls():
    pytest.importorskip("rapidfuzz")
    from benchmarking.stages import BUILT_IN, READERS, STAGES

    assert set(STAGES) >= READERS | BUILT_IN
    for stage in STAGES.values():
        assert all(callable(getattr(stage, name)) for name in ("measure", "to_tables", "draw"))
