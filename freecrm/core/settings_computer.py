"""Settings of this computer, and of the backups that are taken on it."""

from __future__ import annotations

from freecrm.core import quiet
from freecrm.core.setting_kinds import Setting, of_computer, of_file
from freecrm.core.words import N_

COMPUTER: tuple[Setting, ...] = (
    of_computer(
        "look.language",
        N_("Language"),
        "system",
        N_("Changes at once; what you typed stays as it is."),
        choices=("system", "zh_CN", "en"),
        titles=(N_("As the computer"), "简体中文", "English"),
        also=("语言", "language", "中文"),
    ),
    of_computer(
        "look.theme",
        N_("Theme"),
        "system",
        N_("Light by day, dark by night, or as the computer is set."),
        choices=("system", "light", "dark"),
        titles=(N_("As the computer"), N_("Light"), N_("Dark")),
        also=("dark mode", "夜间模式", "colours"),
    ),
    of_computer(
        "look.zoom",
        N_("Text size"),
        100,
        N_("Grows texts, buttons and rows together. Ctrl++ and Ctrl+− do the same."),
        least=90,
        most=150,
        step=10,
        unit=" %",
        also=("zoom", "缩放", "字号", "字体", "放大", "font"),
    ),
    of_computer(
        "look.density",
        N_("Row height"),
        "comfortable",
        N_("How much air the rows of a list have; the text stays as large as it is."),
        choices=("comfortable", "compact", "touch"),
        titles=(N_("Comfortable"), N_("Compact"), N_("Touch")),
        also=("density", "密度", "行距"),
    ),
    of_computer(
        "look.calm",
        N_("Less motion"),
        False,
        N_("Panels and messages appear at once instead of sliding in."),
        also=("animation", "动画", "reduced motion"),
    ),
    of_computer(
        "look.menu_bar",
        N_("Always show the menu bar"),
        False,
        N_("Otherwise it comes with Alt or F10. For screen readers it is best always shown."),
        also=("menu", "菜单"),
    ),
    of_computer(
        "remind.tray",
        N_("Goes on in the tray"),
        True,
        N_(
            "Closing the window leaves FreeCRM beside the clock, so that reminders come. Quit in the menu ends it."
        ),
        also=("tray", "托盘", "close", "关闭", "background", "后台", "notification area"),
    ),
    of_computer(
        "remind.yearly",
        N_("Birthdays and anniversaries"),
        True,
        N_("Reminds on the day itself, at nine, or at the next start."),
        also=("birthday", "生日", "纪念日"),
    ),
    of_computer(
        "remind.quiet_from",
        N_("Quiet from"),
        "",
        N_("No reminder is shown from this time of day on, such as 22:00. Empty: there are no quiet hours."),
        also=("quiet hours", "免打扰", "勿扰", "do not disturb"),
        why_not=quiet.why_not,
    ),
    of_computer(
        "remind.quiet_to",
        N_("Quiet until"),
        "",
        N_("What came meanwhile is shown then, such as at 07:30."),
        also=("quiet hours", "免打扰", "勿扰", "do not disturb"),
        why_not=quiet.why_not,
    ),
    of_computer(
        "remind.sound",
        N_("Sound"),
        False,
        N_("The computer's own sound with each reminder."),
        also=("beep", "声音", "提示音"),
    ),
    of_file(
        "backup.on_close",
        N_("Back up on closing"),
        True,
        N_("When something has changed since the last backup."),
        also=("退出", "关闭", "自动备份", "exit", "quit"),
    ),
    of_file(
        "backup.daily",
        N_("Back up every day"),
        True,
        N_("Once a day while FreeCRM is open, when something has changed."),
        also=("每天", "定时", "自动备份", "automatic"),
    ),
    of_file(
        "backup.before_import",
        N_("Back up before an import"),
        True,
        N_("So that a long list brought in by mistake can be taken back even after 90 days."),
        also=("导入前", "restore point", "还原点"),
    ),
    of_file(
        "backup.keep_days",
        N_("Daily backups kept"),
        7,
        N_("Of the last days with a backup one a day stays."),
        least=1,
        most=365,
        also=("保留", "几天", "retention", "rotate"),
    ),
    of_file(
        "backup.keep_weeks",
        N_("Weekly backups kept"),
        4,
        N_("Of the weeks before that one a week stays."),
        most=520,
        also=("保留", "几周", "retention", "rotate"),
    ),
    of_file(
        "backup.keep_months",
        N_("Monthly backups kept"),
        12,
        N_("And one a month. Backups you made by hand always stay."),
        most=120,
        also=("保留", "几个月", "retention", "rotate"),
    ),
    of_file(
        "backup.folder",
        N_("Second place for backups"),
        "",
        N_("A USB stick or another disk: each backup is also copied there. Empty: only beside the file."),
        kind="folder",
        also=("usb", "U 盘", "移动硬盘"),
    ),
)
"""In the order in which they stand on the page."""
