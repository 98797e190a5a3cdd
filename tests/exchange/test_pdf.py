"""Lists and records on paper: what is written on the pages can be found, nothing is cut, every sign is told of."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2.raw as pdfium_c
import pytest
from pypdfium2 import PdfDocument

from freecrm.core import words
from freecrm.core.jobs import Jobs, Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.core.query import Query, Sort
from freecrm.core.words import N_
from freecrm.exchange.pdf import list_pdf, record_pdf
from freecrm.exchange.pdf.fonts import fonts
from freecrm.exchange.pdf.pages import Pages
from freecrm.exchange.pdf.record_pdf import Facts, Grid, Notes
from freecrm.exchange.pdf.sheet import MARGIN, Head, Made, Paper
from freecrm.exchange.pdf.table import Column, Group
from freecrm.exchange.pdf.wrapping import wrap
from freecrm.exchange.printing import ListPrint, RecordPrint, Wishes, file_name, shown
from freecrm.store.database import Store
from freecrm.ui import cells
from tests import samples
from tests.files import new_store

COLUMNS = (
    Column("Customer name", 180),
    Column("Grade", 40),
    Column("Main phone", 90),
    Column("City", 60),
    Column("Opening balance", 80, right=True),
)
HEAD = Head("Customers", "Hechuan Water Systems", "2026-03-19", ("Found with “water”", "sorted by name"))
LONG = (
    "一个非常长的客户名称，包含很多很多字，" * 6
    + "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 3
)


def row(n: int) -> list[str]:
    return [f"Customer number {n}", "ABC"[n % 3], "138-0000-1203", "杭州", f"{n:,}.00"]


def rows(count: int) -> Iterator[list[str]]:
    return map(row, range(1, count + 1))


def texts(path: Path) -> list[str]:
    """What is written on each page."""
    pages = Pages(path)
    found = [pages.text(at) for at in range(len(pages))]
    pages.close()
    return found


def joined(path: Path) -> str:
    """All that is written, without blanks and line breaks."""
    return re.sub(r"\s", "", "".join(texts(path)))


def rightmost(path: Path) -> float:
    """Where the text reaches farthest to the right, in points from the right edge of the paper."""
    document = PdfDocument(path)
    least = 1e9
    for page in document:
        held = page.get_textpage()
        for at in range(held.count_chars()):
            least = min(least, page.get_width() - held.get_charbox(at)[2])
        held.close()
        page.close()
    document.close()
    return least


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "禾川净水设备.freecrm")
    samples.fill(made, 60)
    yield made
    made.close()


def customers(store: Store, **more: Any) -> ListPrint:
    page = store.model.pages()[0]
    return ListPrint(store, Query("customer", None, (Sort("name"),)), page.columns, **more)


# ---- lists


def test_each_page_has_head_titles_and_number(tmp_path: Path) -> None:
    made = list_pdf.write(tmp_path / "a.pdf", HEAD, COLUMNS, rows(120), count=120)
    found = texts(made.path)
    assert (made.rows, made.pages) == (120, len(found))
    assert 3 <= made.pages <= 4
    for at, text in enumerate(found, 1):
        for said in (
            "Hechuan Water Systems",
            "Customers",
            "Found with “water”",
            "2026-03-19",
            "Opening balance",
        ):
            assert said in text, (at, said)
        assert f"Page {at} / {made.pages}" in text
    whole = "\n".join(found)
    assert all(f"Customer number {n}" in whole for n in range(1, 121))


def test_fonts_are_embedded_as_subsets_and_the_file_is_small(tmp_path: Path, store: Store) -> None:
    made = customers(store).make(tmp_path / "a.pdf", Wishes())
    assert made.size < 300_000
    raw = made.path.read_bytes()
    names = set(re.findall(rb"/BaseFont /([A-Z]{6}\+\S+)", raw)) | set(re.findall(rb"/BaseFont /(\S+)", raw))
    assert names
    assert all(re.fullmatch(rb"[A-Z]{6}\+NotoSansSC-\w+", name) for name in names), names
    document = PdfDocument(made.path)
    embedded = []
    for found in document[0].get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT]):
        embedded.append(pdfium_c.FPDFFont_GetIsEmbedded(pdfium_c.FPDFTextObj_GetFont(found.raw)))
    document.close()
    assert embedded
    assert set(embedded) == {1}


def test_long_texts_wrap_and_nothing_is_cut(tmp_path: Path) -> None:
    given = [[LONG, "A", "138-0000-1203", "杭州", "1.00"], row(2)]
    made = list_pdf.write(tmp_path / "a.pdf", HEAD, COLUMNS, given)
    assert LONG in joined(made.path)
    assert rightmost(made.path) >= MARGIN - 1


def test_a_cell_higher_than_a_page_goes_on(tmp_path: Path) -> None:
    numbers = "\n".join(f"line {n:05d}" for n in range(400))
    made = list_pdf.write(tmp_path / "a.pdf", HEAD, COLUMNS, [row(1), [numbers, "A", "", "", ""], row(3)])
    whole = joined(made.path)
    assert made.pages > 5
    assert all(f"line{n:05d}" in whole for n in range(400))
    assert "Customernumber3" in whole


def test_words_and_numbers_stay_whole(tmp_path: Path) -> None:
    made = list_pdf.write(tmp_path / "a.pdf", HEAD, COLUMNS, rows(40), paper=Paper("A5", "portrait"))
    whole = "\n".join(texts(made.path))
    assert whole.count("138-0000-1203") == 40
    assert "Grade" in whole


def test_many_columns_turn_the_paper_and_then_stand_side_by_side(tmp_path: Path) -> None:
    some = [Column(f"Column {n}", 90) for n in range(10)]
    given = [[f"long value {n} of {at}" for n in range(10)] for at in range(10)]
    made = list_pdf.write(tmp_path / "a.pdf", HEAD, some, given)
    pages = Pages(made.path)
    assert pages.size[0] > pages.size[1]
    assert len(pages) == 1
    pages.close()
    many = [Column(f"Column {n:02d}", 90) for n in range(30)]
    given = [[f"value {n:02d} of {at}" for n in range(30)] for at in range(10)]
    made = list_pdf.write(tmp_path / "b.pdf", HEAD, many, given)
    found = texts(made.path)
    assert len(found) > 1
    assert all("Column 00" in text and "value 00 of 9" in text for text in found)
    whole = "\n".join(found)
    assert all(f"value {n:02d} of {at}" in whole for n in range(30) for at in range(10))
    assert rightmost(made.path) >= MARGIN - 1


def test_groups_and_sums(tmp_path: Path) -> None:
    given = [Group("杭州 (2)", ["", "", "", "", "3.00"]), row(1), row(2), Group("苏州 (1)"), row(3)]
    made = list_pdf.write(tmp_path / "a.pdf", HEAD, COLUMNS, given, sums=["Sum", "", "", "", "6.00"])
    text = texts(made.path)[0]
    assert made.rows == 3
    assert (
        text.index("杭州 (2)") < text.index("Customer number 1") < text.index("苏州 (1)") < text.index("Sum")
    )
    assert "6.00" in text


def test_an_empty_list_says_so(tmp_path: Path) -> None:
    made = list_pdf.write(tmp_path / "a.pdf", HEAD, COLUMNS, [])
    assert (made.pages, made.rows) == (1, 0)
    assert "No rows" in texts(made.path)[0]


def test_a_text_that_looks_like_a_formula_is_a_text(tmp_path: Path) -> None:
    made = list_pdf.write(tmp_path / "a.pdf", HEAD, COLUMNS, [["=SUM(A1:A9)", "", "+86", "@x", "-1"]])
    text = texts(made.path)[0]
    assert "=SUM(A1:A9)" in text
    assert all(one in text for one in ("+86", "@x", "-1"))


def test_rare_names_can_be_copied_and_signs_without_a_picture_are_told(tmp_path: Path) -> None:
    given = [
        ["𬭎䶮㛃 Łódź Örebro ✓ ①", "Ωμέγα", "Щука", "€₽", ""],
        ["😀 a\u200bb\u202ec \U0002a6a5", "", "", "", ""],
    ]
    made = list_pdf.write(tmp_path / "a.pdf", HEAD, COLUMNS, given)
    text = texts(made.path)[0]
    assert "𬭎䶮㛃 Łódź Örebro ✓ ① Ωμέγα Щука €₽" in text
    assert "〓 abc 〓" in text
    made_of_two = list_pdf.write(tmp_path / "c.pdf", HEAD, COLUMNS, [["Ste\u0301phane", "", "", "", ""]])
    assert "Stéphane" in texts(made_of_two.path)[0]
    assert made.missing == "😀\U0002a6a5"
    assert "😀 (U+1F600)" in str(made.note)
    assert list_pdf.write(tmp_path / "b.pdf", HEAD, COLUMNS, rows(1)).note is None


def test_pages_look_as_they_did(tmp_path: Path) -> None:
    """The picture of a page against one that people looked at: coarse squares, so that a hair's breadth is no matter."""
    made = list_pdf.write(tmp_path / "a.pdf", HEAD, COLUMNS, rows(12), sums=["Sum", "", "", "", "78.00"])
    golden = Path(__file__).parents[1] / "data" / "list_page.txt"
    now = squares(made)
    before = [[int(sign, 36) for sign in line] for line in golden.read_text("ascii").split()]
    assert (len(now), len(now[0])) == (len(before), len(before[0]))
    apart = [
        abs(a - b) for one, other in zip(now, before, strict=True) for a, b in zip(one, other, strict=True)
    ]
    assert max(apart) <= 6
    assert sum(apart) / len(apart) < 0.2


def squares(made: Made, side: int = 10, page: int = 0) -> list[list[int]]:
    """How dark a page is, square by square, 0 to 35."""
    pages = Pages(made.path)
    picture = pages.picture(page, 1.0)
    pages.close()
    found = []
    for top in range(0, picture.height - side, side):
        line = []
        for left in range(0, picture.width - side, side):
            greens = [
                picture.pixels[y * picture.stride + x * 4 + 1]
                for y in range(top, top + side)
                for x in range(left, left + side)
            ]
            line.append(35 - round(sum(greens) / len(greens) / 255 * 35))
        found.append(line)
    return found


# ---- records


def test_a_record_by_section_with_rows_and_notes(tmp_path: Path) -> None:
    sections = [
        Facts("Basics", [("Code", "KH-1"), ("Remark", LONG)]),
        Facts("Section " + LONG, [("Name " + LONG, "value")]),
        Grid("Contacts", [Column("Name"), Column("Phone")], [["沈嘉言", "138-0000-1203"], [LONG, ""]]),
        Notes("Notes", [(f"2026-03-{n:02d} 10:00", f"note {n} " * 60) for n in range(28, 0, -1)], 28),
    ]
    made = record_pdf.write(tmp_path / "a.pdf", Head("云杉谷酒店", "Hechuan"), sections)
    found = texts(made.path)
    whole = joined(made.path)
    assert made.pages > 1
    assert whole.count(LONG) == 4
    assert "云杉谷酒店" in found[-1]
    assert whole.index("Basics") < whole.index("Contacts") < whole.index("Notes") < whole.index("2026-03-28")
    assert whole.index("2026-03-28") < whole.index("2026-03-27") < whole.index("2026-03-01")
    assert rightmost(made.path) >= MARGIN - 1


def test_the_record_of_a_customer(tmp_path: Path, store: Store) -> None:
    reader = store.reader()
    with store.step(N_("Save {thing}"), thing="x") as step:
        id = step.insert(
            "customer",
            {
                "name": "云杉谷酒店",
                "grade": "A",
                "opening_balance": 8965600,
                "phones": [{"number": "+8657100006688", "kind": "landline"}],
                "tags": [{"word": "重点"}, {"word": "老客户"}],
                "remark": "=1+1",
                "notes": [
                    {"text": "the older one", "at": samples_moment(1)},
                    {"text": "the newer one", "at": samples_moment(2)},
                    {"text": "without a time"},
                ],
            },
        )
        step.insert(
            "contact",
            {
                "name": "沈嘉言",
                "phones": [{"number": "+8613800001203", "kind": "mobile"}],
                "jobs": [{"customer": id, "job": "总经理", "role": "decider", "primary": True}],
            },
        )
    job = RecordPrint(store, "customer", id, "云杉谷酒店")
    text = "\n".join(texts(job.make(tmp_path / "a.pdf", Wishes()).path))
    for said in (
        "89,656.00",
        "0571-00006688",
        "重点, 老客户",
        "=1+1",
        "沈嘉言",
        "总经理",
        "Decides",
        "138-0000-1203",
    ):
        assert said in text, said
    assert text.index("the newer one") < text.index("the older one") < text.index("without a time")
    without = joined(job.make(tmp_path / "b.pdf", Wishes(notes=False)).path)
    assert "thenewerone" not in without
    assert reader.record("customer", id) is not None
    with words.speaking("zh_CN"):
        chinese = joined(job.make(tmp_path / "c.pdf", Wishes()).path)
    assert "基本信息" in chinese
    assert "第1/1页" in chinese
    with store.step(N_("Delete {thing}"), thing="x") as step:
        step.delete_many("customer", [id])
    with pytest.raises(Known, match="deleted"):
        job.make(tmp_path / "d.pdf", Wishes())
    assert not (tmp_path / "d.pdf").exists()


def samples_moment(day: int) -> Any:
    import datetime as dt

    return dt.datetime(2026, 3, day, 8, tzinfo=dt.UTC)


def test_a_customer_of_many_notes_can_be_stopped(tmp_path: Path) -> None:
    progress = Progress()

    def entries() -> Iterator[tuple[str, str]]:
        for n in range(100_000):
            if n == 500:
                progress.cancel()
            yield f"{n}", "text"

    with pytest.raises(Cancelled):
        record_pdf.write(tmp_path / "a.pdf", HEAD, [Notes("Notes", entries())], progress=progress)


# ---- from the file


def test_the_list_is_printed_as_it_is_seen(tmp_path: Path, store: Store) -> None:
    job = customers(store)
    made = job.make(tmp_path / "a.pdf", Wishes())
    reader = store.reader()
    numbers = reader.numbers(job.query)
    fields = [store.schema.fields("customer")[name] for name in job.names]
    whole = joined(made.path)
    cells.warm_up()
    for values in reader.rows("customer", numbers, job.names).values():
        for f, value in zip(fields, values, strict=True):
            assert shown(f, value) == cells.text(f, value)
            assert re.sub(r"\s", "", shown(f, value)) in whole
    assert made.rows == 60
    assert "60customers·sortedbyCustomername" in whole
    assert "禾川净水设备" in whole


def test_selected_rows_words_and_all_columns(tmp_path: Path, store: Store) -> None:
    numbers = store.reader().numbers(Query("customer", None, (Sort("name"),)))
    job = customers(store, numbers=numbers, chosen=lambda: numbers[3:5], selected=2)
    made = job.make(tmp_path / "a.pdf", Wishes(selected=True))
    assert made.rows == 2
    assert "2 customers · selected rows only · sorted by Customer name" in texts(made.path)[0]
    found = ListPrint(store, Query("customer", None, (Sort("name", True),), "lxt"), ("name",))
    text = texts(found.make(tmp_path / "b.pdf", Wishes()).path)[0]
    assert "Found with “lxt”" in text
    assert "sorted by Customer name, descending" in text
    wide = texts(customers(store).make(tmp_path / "c.pdf", Wishes(all_fields=True)).path)
    assert "KH-2026-0001" in "".join(wide)
    assert any("Remark" in text for text in wide)


def test_groups_own_titles_and_sums_of_a_list(tmp_path: Path, store: Store) -> None:
    numbers = store.reader().numbers(Query("customer", None, (Sort("name"),)))
    job = ListPrint(
        store,
        Query("customer", None, (Sort("name"),)),
        ("name", "opening_balance"),
        titles=("Who", "Owes us"),
        numbers=[-1, *numbers[:3], -2, *numbers[3:5]],
        heads={-1: Group("Hangzhou (3)", ("", "¥3.00")), -2: Group("Suzhou (2)")},
        sums=("5 in all", "¥5.00"),
        filter="Grade: A, B",
    )
    made = job.make(tmp_path / "a.pdf", Wishes())
    text = texts(made.path)[0]
    assert (job.count, made.rows) == (5, 5)
    assert text.index("Grade: A, B") < text.index("5 customers") < text.index("Who Owes us")
    assert text.index("Hangzhou (3) ¥3.00") < text.index("Suzhou (2)") < text.index("5 in all ¥5.00")


def test_names_of_files_hold_no_signs_that_names_may_not_have(store: Store) -> None:
    name = file_name(RecordPrint(store, "customer", b"", 'A/B: "C"\n?'))
    assert re.fullmatch(r"A B C \d{4}-\d\d-\d\d\.pdf", name)


def test_ten_thousand_rows_in_a_job_with_progress_and_cancel(tmp_path: Path) -> None:
    store = new_store(tmp_path / "many.freecrm")
    samples.fill_many(store, 10_000)
    jobs = Jobs()
    heard: list[tuple[int, int]] = []
    job = ListPrint(
        store, Query("customer", None, (Sort("name"),)), ("name", "grade", "code", "opening_balance")
    )
    progress = Progress(lambda news: heard.append((news.done, news.total)))
    made = jobs.run(job.make, tmp_path / "a.pdf", Wishes(), progress=progress).result(120)
    assert made.rows == 10_000
    assert 150 < made.pages < 400
    assert heard
    assert all(total == 10_000 for _done, total in heard)
    last = texts(made.path)[-1]
    assert f"Page {made.pages} / {made.pages}" in last
    stop = Progress(lambda news: stop.cancel())
    with pytest.raises(Cancelled):
        jobs.run(job.make, tmp_path / "b.pdf", Wishes(), progress=stop).result(120)
    assert not list(tmp_path.glob("*b.pdf*"))
    assert not list(tmp_path.glob("*.part"))
    jobs.close()
    store.close()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, store: Store) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Known, match="Choose a folder that you may write to"):
        customers(store).make(tmp_path / "file" / "a.pdf", Wishes())


# ---- lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("云杉谷酒店管理，有限公司", ["云杉谷酒店管", "理，有限公司"]),  # a comma never begins a line
        ("云杉谷酒店（杭州）", ["云杉谷酒店", "（杭州）"]),  # a bracket never ends one
        ("one two three four", ["one two", "three four"]),
        ("first\nsecond", ["first", "second"]),
        ("", [""]),
        ("   ", ["   "]),
    ],
)
def test_lines_break_where_people_break_them(text: str, lines: list[str]) -> None:
    assert wrap(text, 60, fonts().regular, 10) == lines


def test_a_start_loads_nothing_of_paper() -> None:
    code = (
        "import sys, freecrm.ui.window, freecrm.ui.list_page, freecrm.exchange.printing;"
        "print([m for m in ('reportlab', 'pypdfium2', 'PIL', 'fontTools') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
