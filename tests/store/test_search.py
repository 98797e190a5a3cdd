from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator

import pytest

from freecrm.core.grams import document, grams, long_text
from freecrm.core.matching import EXACT, match
from freecrm.store.search import CAP, DDL, SearchIndex

SURNAMES = "王李张刘陈杨赵黄周吴曾单解仇查朴区覃盖缪翟乐欧阿"
GIVEN = "伟芳娜敏静丽强磊军洋小思远若涵嘉木棠月安恩鄂娥俄饿怡"
PLACES = ["无锡", "杭州", "上海", "重庆", "长沙市", ""]
BRANDS = "鹿溪林晓蓝星百岩泰麓桐原禾华墨瑞石松湾海桥云杉谷乾坤"
TRADES = ["贸易", "软件", "食品(杭州)", "3C数码", "U盘 Works", "堂", "Café Lune", "A8酒店", "银行"]
FORMS = ["有限公司", "股份有限公司", "(个体户)", "", " Ltd."]
WORDS = ["江苏省无锡市滨湖区蠡湖大道18号", "重点", "wx_lu-xitang", "https://luxi.example/a?b=1"]


def some_text(chance: random.Random, i: int) -> str:
    phones = ["1" + "".join(chance.choice("0123456789") for _ in range(10))]
    if i % 7 == 0:
        phones.append("+86 571 3750 " + str(chance.randrange(1000, 9999)))
    if i % 2:
        name = chance.choice(SURNAMES) + "".join(chance.choice(GIVEN) for _ in range(chance.choice((1, 2))))
        words = [f"{chance.choice('abl')}.{chance.choice(['wang', 'li'])}{chance.randrange(999)}@qq.com"]
        return document([name], [], phones, words)
    brand = "".join(chance.choice(BRANDS) for _ in range(2))
    name = chance.choice(PLACES) + brand + chance.choice(TRADES) + chance.choice(FORMS)
    latin = [] if i % 5 else [chance.choice(["Acme Trading Co", "Blue Star", "O'Neil & Sons"])]
    return document([name, *latin], [f"K-{i:05d}"] if i % 3 == 0 else [], phones, [chance.choice(WORDS)])


class Counter:
    def __init__(self, start: int) -> None:
        self.last = start

    def __call__(self) -> int:
        self.last += 1
        return self.last


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(":memory:", isolation_level=None)
    for statement in DDL:
        db.execute(statement)
    yield db
    db.close()


QUERIES = [
    *"""
l k lx lu zh zha an e a8 3c u 王 鹿 堂 王伟 鹿溪 溪林 曾 z c zs cs zeng ceng shan dan qiu xie zha piao ou
鹿xt 鹿xi lux luxi luxl lxl luxilin lxmy lxrj wxlx wuxilu 无锡l hzl cqy chongqing zhongq changsha 18号 滨湖
锡市滨 道18 18 138 0571 571 05713750 3750 12 00 000 k0 k00 k-000 qq.com wang@ li9 .li1 lu-xi xitang 王 伟
acme trading tr star oneil o'neil bluest bs lune café ups upan ue 3cs c数 a8jd 8酒 贸易有限 myyx yxgs gs qk
乾坤 qiankun yh yinhang xing ee eeyi aan jiae 阿e 重 重点 example luxi.ex u盘w uw ltd 食品杭州 (杭州 spin zzz
xq 鹿qq溪
""".split(),
    *("王 伟", "wang wei", "zeng 139", "无锡 软件 k", "138 0", "+86 571 3750", "0086 571", "acme tr"),
]


def test_finds_what_a_scan_finds(connection: sqlite3.Connection) -> None:
    chance = random.Random(7)
    rows = [(1 + n % 2, n, some_text(chance, n)) for n in range(1, 3001)]
    index = SearchIndex(connection)
    index.put(rows, Counter(3000))
    cuts = [(row[2], at, size) for row in rows[::60] for at, size in ((2, 3), (5, 6))]
    pieces = [text[at : at + size].replace("\n", " ") for text, at, size in cuts]
    found_any = 0
    for query in [*QUERIES, *pieces]:
        for entity in (1, 2):
            wanted = [n for e, n, text in rows if e == entity and match(query, text) is not None]
            assert index.find_numbers(query, entity) == wanted[::-1], query
            found_any += len(wanted)
        scanned = sorted((rank, -n) for _, n, text in rows if (rank := match(query, text)) is not None)
        hits = index.find(query, limit=20)
        if len(scanned) <= CAP:
            assert [(hit.rank, -hit.n) for hit in hits] == scanned[:20], query
    assert found_any > 10_000


def test_a_changed_record_is_found_by_its_new_text_only(connection: sqlite3.Connection) -> None:
    index = SearchIndex(connection)
    counter = Counter(10)
    index.put([(1, 1, document(["鹿溪堂"])), (1, 2, document(["蓝星糖果"]))], counter)
    index.put([(1, 1, document(["云杉谷"]))], counter)
    assert [hit.n for hit in index.find("lxt")] == [2]
    assert [hit.n for hit in index.find("云杉")] == [1]
    index.put([(1, 1, document(["松湾"]))], counter)
    assert index.find("云杉") == []
    assert [hit.n for hit in index.find("songw")] == [1]
    assert connection.execute("SELECT count(*) FROM search_doc").fetchone() == (2,)


def test_dropped_and_restored(connection: sqlite3.Connection) -> None:
    index = SearchIndex(connection)
    counter = Counter(10)
    index.put([(1, 1, document(["鹿溪堂"])), (2, 2, document(["曾知强"]))], counter)
    index.drop([1, 99])
    assert index.find("lxt") == []
    assert index.stale_share() == 0.5
    index.put([(1, 1, document(["鹿溪堂"]))], counter)
    assert [hit.n for hit in index.find("lxt")] == [1]
    index.put([(2, 2, "")], counter)
    assert index.find("曾") == []


def test_rebuilding_drops_what_is_stale(connection: sqlite3.Connection) -> None:
    index = SearchIndex(connection)
    counter = Counter(10)
    for name in ("鹿溪堂", "蓝星糖果", "松湾牧场"):
        index.put([(1, 1, document([name])), (1, 2, document(["单晓远"]))], counter)
    assert index.stale_share() == pytest.approx(2 / 4)  # who is called as before stays where he is
    seen: list[tuple[int, int]] = []
    index.rebuild(lambda done, count: seen.append((done, count)))
    assert seen == [(2, 2)]
    assert index.stale_share() == 0
    assert [hit.n for hit in index.find("sw")] == [1]
    assert {hit.n for hit in index.find("s")} == {1, 2}
    index.put([(1, 1, document(["云杉谷"]))], counter)
    assert [hit.n for hit in index.find("ysg")] == [1]


def test_rolls_back_with_the_callers_transaction(connection: sqlite3.Connection) -> None:
    index = SearchIndex(connection)
    connection.execute("BEGIN IMMEDIATE")
    index.put([(1, 1, document(["鹿溪堂"]))], Counter(10))
    assert connection.in_transaction
    connection.execute("ROLLBACK")
    assert index.find("lxt") == []
    index.put([(1, 1, document(["蓝星"]))], Counter(10))
    assert [hit.n for hit in index.find("lx")] == [1]


def test_the_whole_code_is_found_among_many_longer_ones(connection: sqlite3.Connection) -> None:
    index = SearchIndex(connection)
    rows = [(1, 1, document(["百度"], ["1001"]))]
    rows += [(1, n, document([f"新百度{n}店"], [f"21001{n}"])) for n in range(2, CAP + 500)]
    index.put(rows, Counter(10_000))
    first = index.find("1001")[0]
    assert (first.n, first.rank) == (1, EXACT)
    assert index.find("百度")[0].n == 1


def test_skip_and_limit_and_entities(connection: sqlite3.Connection) -> None:
    index = SearchIndex(connection)
    index.put([(1 + n % 2, n, document([f"鹿溪{n}"])) for n in range(1, 101)], Counter(1000))
    assert [hit.n for hit in index.find("鹿溪", limit=3)] == [100, 99, 98]
    assert [hit.n for hit in index.find("鹿溪", entities=[2], limit=2)] == [99, 97]
    assert index.find("鹿溪", entities=[]) == []
    assert [hit.n for hit in index.find("鹿溪", limit=2, skip=lambda e, n: n > 50)] == [50, 49]
    assert index.find_numbers("鹿溪", 1, limit=4) == [100, 98, 96, 94]
    assert index.find("  ·() ") == []
    assert index.find("") == []
    assert index.find_numbers("", 1) == []


def test_tokens_made_elsewhere(connection: sqlite3.Connection) -> None:
    index = SearchIndex(connection)
    counter = Counter(10)
    texts = [document(["鹿溪堂"]), "", document(["曾知强"])]
    rows = [(1, n, text) for n, text in enumerate(texts, start=1)]
    index.put(rows[::-1], counter, [grams(text) for text in texts[::-1]])
    assert [hit.n for hit in index.find("czq")] == [3]
    assert [hit.n for hit in index.find("lxt")] == [1]


def test_long_texts(connection: sqlite3.Connection) -> None:
    notes = SearchIndex(connection, long=True)
    counter = Counter(10)
    notes.put([(9, 1, long_text("周一上午别打电话。\n老板 喜欢 Café Lune 18号"))], counter)
    notes.put([(9, 2, long_text("要看样册,下周再联系 kent@x.com"))], counter)
    wanted = {"上午": [1], "样": [2], "cafe": [1], "lune 老板": [1], "18号": [1], "kent@x": [2], "電話": [1]}
    for query, found in (wanted | {"下周 别打": [], "x": [], "": []}).items():
        assert [hit.n for hit in notes.find(query)] == found, query
    assert SearchIndex(connection).find("上午") == []


@pytest.mark.parametrize("query", ['"', "a*b", "OR", "NOT x", "(", "''", "鹿\x00溪", "%", "_", "x" * 3000])
def test_any_text_may_be_typed(connection: sqlite3.Connection, query: str) -> None:
    index = SearchIndex(connection)
    index.put([(1, 1, document(["鹿溪堂"]))], Counter(10))
    index.find(query)
    index.find_numbers(query, 1)
    SearchIndex(connection, long=True).find(query)
