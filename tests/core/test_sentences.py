"""Sentences behind each other, in both scripts."""

from __future__ import annotations

from freecrm.core.words import sentences, speaking


def test_a_chinese_full_stop_takes_no_blank() -> None:
    assert sentences("Two are left.", "Give it in Settings.") == "Two are left. Give it in Settings."
    assert sentences("还剩两位。", "请在设置中分配。") == "还剩两位。请在设置中分配。"
    assert sentences("", "Only this.", "") == "Only this."


def test_dots_take_a_blank_where_one_is_due() -> None:
    with speaking("en"):
        assert sentences("Being counted…", "It takes a minute.") == "Being counted… It takes a minute."
    with speaking("zh_CN"):
        assert sentences("正在统计…", "需要一分钟。") == "正在统计…需要一分钟。"
