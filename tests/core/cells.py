"""What hypothesis puts into cells."""

from __future__ import annotations

from hypothesis import strategies as st

_LOOK_ALIKE = "0123456789０９.,-/()（）年月日万亿千元¥$€%+ '：:@eEkmTZ 转〇三\n\x00\u200b\ue000"

CELLS: st.SearchStrategy[object] = st.one_of(
    st.text(),
    st.text(alphabet=_LOOK_ALIKE),
    st.text(alphabet=_LOOK_ALIKE, min_size=90, max_size=300),
    st.integers(),
    st.integers(min_value=-(10**400), max_value=10**400),
    st.floats(),
    st.decimals(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.binary(),
    st.lists(st.integers()),
)
