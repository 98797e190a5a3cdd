"""Surnames whose reading differs from that of the same character elsewhere, and compound surnames.

pypinyin and its like read 曾 ceng and 单 dan; as surnames they are Zeng and Shan.
"""

from __future__ import annotations

_SINGLE = """
曾 zeng|单 shan|仇 qiu|解 xie|查 zha|朴 piao|区 ou|尉 wei|覃 qin|盖 ge|缪 miao|翟 zhai|乐 yue|员 yun
折 she|繁 po|冼 xian|卜 bu|祭 zhai|阚 kan|牟 mu|佴 nai|粘 nian|召 shao|隗 wei|句 gou|炅 gui|郇 xun
贠 yun|乜 nie|薄 bo|都 du|澹 tan|洗 xian|秘 bi|种 chong|任 ren|华 hua|宁 ning|石 shi|柏 bai|叶 ye
车 che|纪 ji|葛 ge|沈 shen|盛 sheng|燕 yan|曲 qu|应 ying|谌 chen|晁 chao|臧 zang|万 wan|那 na|哈 ha
"""

_COMPOUND = """
尉迟 yu chi|万俟 mo qi|长孙 zhang sun|澹台 tan tai|单于 chan yu|令狐 ling hu|欧阳 ou yang|司马 si ma
上官 shang guan|诸葛 zhu ge|东方 dong fang|皇甫 huang fu|公孙 gong sun|慕容 mu rong|司徒 si tu
司空 si kong|夏侯 xia hou|宇文 yu wen|轩辕 xuan yuan|端木 duan mu|呼延 hu yan|南宫 nan gong
独孤 du gu|拓跋 tuo ba|钟离 zhong li|闾丘 lü qiu|赫连 he lian|濮阳 pu yang|淳于 chun yu|申屠 shen tu
太叔 tai shu|鲜于 xian yu|宗政 zong zheng|公冶 gong ye|百里 bai li|第五 di wu|东郭 dong guo
西门 xi men|南门 nan men|乐正 yue zheng|梁丘 liang qiu|左丘 zuo qiu|谷梁 gu liang|公羊 gong yang
亓官 qi guan|司寇 si kou|仉督 zhang du|子车 zi ju|颛孙 zhuan sun|巫马 wu ma|公西 gong xi|漆雕 qi diao
壤驷 rang si|夹谷 jia gu|宰父 zai fu|微生 wei sheng|羊舌 yang she|纳兰 na lan|完颜 wan yan|叶赫 ye he
富察 fu cha|爱新觉罗 ai xin jue luo|车非 ju fei|哥舒 ge shu|段干 duan gan|曾孙 zeng sun
"""


def _read(block: str) -> dict[str, str]:
    pairs = (entry.strip().split(" ", 1) for line in block.splitlines() for entry in line.split("|"))
    return {pair[0]: pair[1].replace("ü", "v") for pair in pairs if len(pair) == 2}


SURNAMES: dict[str, str] = _read(_SINGLE) | _read(_COMPOUND)
"""Surname -> its reading, syllables with a space between them; compound surnames included."""
