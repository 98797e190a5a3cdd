"""Sentences behind each other, in both scripts."""

from __future__ import annotations

from freecrm.core.words import sentences


def test_a_chinese_full_stop_takes_no_blank() -> None:
    assert sentences("Two are left.", "Give it in Settings.") == "Two are left. Give it in Settings."
    assert sentences("还剩两位。", "请在设置中分配。") == "还剩两位。请在设置中分配。"
    assert sentences("", "Only this.", "") == "Only this."
