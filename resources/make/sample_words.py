"""What the sample firm is made of, each in Chinese and English: customers, people, places, what was said."""

from __future__ import annotations

from dataclasses import dataclass

Both = tuple[str, str]
FIRM: Both = ("禾川净水设备", "Hechuan Water Systems")
USERS = (
    ("陈思远", "Chen Siyuan", "思远", "chen"),
    ("林晓棠", "Lin Xiaotang", "晓棠", "lin"),
    ("马小川", "Ma Xiaochuan", "小川", "ma"),
    ("何嘉木", "He Jiamu", "嘉木", "he"),
    ("苏一宁", "Su Yining", "一宁", "su"),
)

# what was said is a talk of this kind where one of these words is in it; else a call
KINDS = (
    ("微信", "wechat"), ("发了报价", "email"), ("展会", "meeting"), ("上门", "visit"), ("看了现场", "visit"),
    ("清洗", "visit"), ("安装", "visit"),
)  # fmt: skip
NEXT = (
    ("call", "回访报价", "Ask about the quote", 15),
    ("visit", "上门看现场", "Look at the site", 90),
    ("wechat", "发参考案例", "Send reference cases", 15),
    ("meeting", "讨论二期方案", "Talk about the second phase", 60),
    ("call", "催签合同", "Get the contract signed", 15),
    ("task", "准备年度保养方案", "Prepare the yearly service plan", 30),
    ("visit", "换滤芯并检查水质", "Change filters and test the water", 60),
    ("call", "问试用情况", "Ask how the trial goes", 15),
)
AHEAD = (-6, -3, -2, -1, 0, 0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 7, 8, 8, 9, 10, 11)
"""In how many days the next steps are; those behind are overdue."""
TIMES = ("09:30", "10:30", "11:00", "13:30", "14:30", "15:30", "16:30")
WEEKLY = ("周一例会", "Monday meeting")
ROOMS = (("会议室", "Meeting room"), ("公司车", "Company car"))
PHRASES = (
    ("已发报价，约好下周回话。", "Quote sent; they will answer next week."),
    ("没人接，明天再打。", "Nobody answered; call again tomorrow."),
    ("老板出差，回来再签。", "The boss is away and signs when back."),
    ("加了微信，发了资料。", "Added on WeChat and sent the brochure."),
    ("对价格没意见，等预算批下来。", "Fine with the price, waiting for the budget."),
)
PLAN = ("新线索跟进", "New lead")
PLAN_STEPS = (
    (1, "call", "介绍方案，问清用水人数", "Explain the offer, ask how many people use water", "10:00"),
    (3, "visit", "上门看现场", "Look at the site", "14:00"),
    (7, "email", "发报价", "Send the quote", ""),
)


@dataclass(frozen=True)
class Place:
    """province, city, district in both languages; streets; area: the telephone's."""

    province: Both
    city: Both
    district: Both
    streets: tuple[Both, ...]
    area: str


PLACES = {
    "hz": Place(("浙江省", "Zhejiang"), ("杭州市", "Hangzhou"), ("西湖区", "Xihu"),
                (("文三路", "Wensan Road"), ("古墩路", "Gudun Road"), ("莫干山路", "Moganshan Road")), "571"),
    "sz": Place(("江苏省", "Jiangsu"), ("苏州市", "Suzhou"), ("工业园区", "Industrial Park"),
                (("星湖街", "Xinghu Street"), ("现代大道", "Xiandai Avenue")), "512"),
    "hu": Place(("浙江省", "Zhejiang"), ("湖州市", "Huzhou"), ("吴兴区", "Wuxing"),
                (("红旗路", "Hongqi Road"), ("滨河路", "Binhe Road")), "572"),
    "wx": Place(("江苏省", "Jiangsu"), ("无锡市", "Wuxi"), ("滨湖区", "Binhu"),
                (("太湖大道", "Taihu Avenue"), ("蠡湖大道", "Lihu Avenue")), "510"),
    "sh": Place(("上海市", "Shanghai"), ("上海市", "Shanghai"), ("闵行区", "Minhang"),
                (("七莘路", "Qixin Road"), ("沪闵路", "Humin Road")), "21"),
    "nb": Place(("浙江省", "Zhejiang"), ("宁波市", "Ningbo"), ("鄞州区", "Yinzhou"),
                (("中兴路", "Zhongxing Road"), ("天童南路", "Tiantong South Road")), "574"),
    "jx": Place(("浙江省", "Zhejiang"), ("嘉兴市", "Jiaxing"), ("南湖区", "Nanhu"),
                (("中环南路", "Zhonghuan South Road"), ("东升路", "Dongsheng Road")), "573"),
}  # fmt: skip
TAGS: dict[str, Both] = {
    "key": ("重点", "Key"),
    "regular": ("老客户", "Regular"),
    "risk": ("流失风险", "At risk"),
    "export": ("外贸", "Export"),
    "fair": ("展会", "Trade fair"),
    "new": ("新客户", "New"),
    "vat": ("开专票", "VAT invoice"),
}
REMARKS: tuple[Both, ...] = (
    ("周一上午别打电话，老板喜欢下午谈。", "Not on Monday mornings; the owner likes to talk after lunch."),
    ("要开专票，月底统一结算。", "Wants VAT invoices, settles at the end of the month."),
    ("滤芯每半年换一次，提前一周约。", "Filters every six months; make the appointment a week ahead."),
    ("门口没有电梯，设备要两个人抬。", "No lift: two people are needed to carry a machine in."),
    ("发货前先跟门卫登记车牌。", "The gatekeeper wants the number plate before a delivery."),
    ("水质偏硬，推荐加软水器。", "Hard water: suggest a softener."),
    ("付款要老板签字，周四前报上去。", "The owner signs payments; hand bills in by Thursday."),
)
JOBS: tuple[tuple[tuple[Both, Both], ...], ...] = (
    (
        (("总经理", "Managing director"), ("总经办", "Management")),
        (("采购经理", "Purchasing manager"), ("采购部", "Purchasing")),
        (("店长", "Shop manager"), ("门店", "Shop")),
        (("行政主管", "Office manager"), ("行政部", "Administration")),
        (("院长", "Principal"), ("院办", "Management")),
    ),
    (
        (("财务主管", "Chief accountant"), ("财务部", "Accounting")),
        (("设备科长", "Head of maintenance"), ("设备科", "Maintenance")),
        (("前厅经理", "Front office manager"), ("前厅部", "Front office")),
        (("采购员", "Buyer"), ("采购部", "Purchasing")),
        (("文员", "Assistant"), ("行政部", "Administration")),
    ),
)
_KNOWN = {  # the people of the pictures, with the tail of their mobile
    "云杉谷酒店": (("沈嘉言", "Shen Jiayan", "shen"), 1203),
    "鹿溪堂茶业": (("鲁知夏", "Lu Zhixia", "lu"), 4471),
    "拓岩精工机械": (("韩北辰", "Han Beichen", "han"), 7780),
    "百川印务": (("邵青", "Shao Qing", "shao"), 9034),
    "晴川电子": (("吴亦舟", "Wu Yizhou", "wu"), 2216),
    "小满烘焙（3 家店）": (("叶小满", "Ye Xiaoman", "ye"), 5527),
    "星桥口腔门诊": (("罗安", "Luo An", "luo"), 6108),
    "北麓牧场": (("马兰", "Ma Lan", "malan"), 3390),
    "听松书院": (("宋一禾", "Song Yihe", "song"), 8852),
    "柏舟物流": (("陆远帆", "Lu Yuanfan", "luyf"), 1946),
    "Harbor Lane Foods": (("Nina Hart", "Nina Hart", "nina"), 4080),
    "海棠湾幼儿园": (("姚静", "Yao Jing", "yao"), 7315),
    "知行培训学校": (("邱明", "Qiu Ming", "qiu"), 2604),
    "Blue Heron Dental": (("Owen Pike", "Owen Pike", "owen"), 3127),
    "蓝墨书店": (("谭丽", "Tan Li", "tan"), 5036),
}
_FAMILY = (
    "沈 Shen|韩 Han|邵 Shao|吴 Wu|叶 Ye|罗 Luo|宋 Song|陆 Lu|姚 Yao|邱 Qiu|曾 Zeng|单 Shan|仇 Qiu|解 Xie|徐 Xu|郭 Guo|"
    "孙 Sun|高 Gao|曹 Cao|袁 Yuan|邓 Deng|许 Xu|傅 Fu|彭 Peng|吕 Lü|苏 Su|蒋 Jiang|蔡 Cai|贾 Jia|丁 Ding|魏 Wei|薛 Xue"
).split("|")
_GIVEN = (
    "若溪 Ruoxi|子墨 Zimo|静 Jing|明远 Mingyuan|晓光 Xiaoguang|安然 Anran|一鸣 Yiming|海燕 Haiyan|书瑶 Shuyao|"
    "浩 Hao|建国 Jianguo|梅 Mei|以宁 Yining|文博 Wenbo|诗涵 Shihan|国强 Guoqiang|雨桐 Yutong|立群 Liqun|佳 Jia"
).split("|")


def _people() -> tuple[tuple[str, str, str], ...]:
    made = []
    for number in range(171):
        family, family_en = _FAMILY[number * 7 % len(_FAMILY)].split()
        given, given_en = _GIVEN[number * 5 % len(_GIVEN)].split()
        mail = f"{given_en}.{family_en}".lower().replace("ü", "v")
        made.append((family + given, f"{family_en} {given_en}", mail))
    return tuple(made)


PEOPLE = _people()


@dataclass(frozen=True)
class Firm:
    """owner: number of the user. group: number of the customer it is part of. silent: days since the last talk."""

    name: Both
    industry: str
    place: str
    grade: str
    status: str
    owner: int
    silent: int
    balance: int
    tags: tuple[str, ...]
    group: int | None
    person: tuple[str, str, str] | None
    tail: int


# name zh|name en|industry|place|grade|status|owner|days silent|balance|tags|part of (Chinese name)
_LINES = """
云杉谷酒店|Spruce Vale Hotel|catering|hz|A|customer|0|3|32400|key|
鹿溪堂茶业|Luxitang Tea|trade|hu|B|active|1|12|0||
拓岩精工机械|Tuoyan Precision|manufacturing|wx|A|active|0|19|26060|key vat|
百川印务|Baichuan Print|manufacturing|sz|C|customer|2|46|12000|risk|
晴川电子|Qingchuan Electronics|manufacturing|sz|A|customer|0|1|38000|key vat|
小满烘焙（3 家店）|Xiaoman Bakery (3 shops)|catering|hz|B|customer|1|5|8900|regular|
星桥口腔门诊|Xingqiao Dental|medical|hz|B|active|1|8|0||
北麓牧场|Beilu Ranch|farming|hu|A|customer|2|2|74000|key|
听松书院|Tingsong Academy|education|hz|C|lead|1|15|0||
柏舟物流|Baizhou Logistics|logistics|nb|B|customer|0|6|12750|regular|
Harbor Lane Foods|Harbor Lane Foods|trade|sh|B|customer|2|9|25600|export|
海棠湾幼儿园|Haitang Kindergarten|education|jx|B|active|1|11|0||
知行培训学校|Zhixing Training|education|hz|C|lead|2|20|0||
纸鹤出版|Paper Crane Press|services|sh|C|lead|2|1|0|new|
枫雀小筑|Maple & Finch Inn|catering|hz|B|customer|0|7|4200||
南柯汽车|Nanke Motors|trade|nb|B|active|0|14|0||
Blue Heron Dental|Blue Heron Dental|medical|sh|C|active|1|3|0||
蓝墨书店|Lanmo Books|retail|sz|C|dormant|1|38|0|risk|
云杉谷酒店湖州店|Spruce Vale Hotel Huzhou|catering|hu|B|customer|0|10|6800|key|云杉谷酒店
云杉谷温泉酒店|Spruce Vale Spa Hotel|catering|hu|B|active|0|4|0||云杉谷酒店
小满烘焙文三路店|Xiaoman Bakery Wensan Road|catering|hz|C|customer|1|5|0||小满烘焙（3 家店）
小满烘焙古墩路店|Xiaoman Bakery Gudun Road|catering|hz|C|customer|1|5|0||小满烘焙（3 家店）
柏舟物流苏州分公司|Baizhou Logistics Suzhou|logistics|sz|C|active|0|13|0||柏舟物流
北麓乳品|Beilu Dairy|manufacturing|hu|B|active|2|4|0|new|北麓牧场
青禾软件|Qinghe Software|it|hz|B|active|3|2|0|new|
远山茶舍|Yuanshan Tea House|catering|hz|C|lead|1|17|0||
松湾民宿|Songwan Guesthouse|catering|hu|C|customer|2|26|1800||
梅野食品|Meiye Foods|manufacturing|jx|B|customer|2|16|15300|vat|
瑞石建材|Ruishi Building Supplies|building|wx|B|active|0|21|0||
禾麓农场|Helu Farm|farming|jx|C|lead|3|9|0|fair|
安林诊所|Anlin Clinic|medical|hz|B|customer|1|18|3600|regular|
新峰模具|Xinfeng Moulds|manufacturing|nb|B|active|0|6|0|fair|
溪川律师事务所|Xichuan Law Office|services|sh|B|customer|3|12|5400|vat|
桐原画室|Tongyuan Studio|education|hz|C|lead|1|24|0||
海桥外贸|Haiqiao Trading|trade|nb|B|customer|2|8|18900|export vat|
泰麓机电|Tailu Electrics|manufacturing|wx|C|dormant|0|62|0|risk|
华墨广告|Huamo Advertising|services|sh|C|customer|3|29|2200||
白榆咖啡|White Elm Coffee|catering|hz|C|customer|1|3|900|regular|
白榆咖啡滨江店|White Elm Coffee Binjiang|catering|hz|C|active|1|3|0||白榆咖啡
石汀医疗器械|Shiting Medical|medical|sz|A|active|0|2|0|key|
望江物业|Wangjiang Property|services|hz|A|customer|3|4|46800|key vat|
望江物业二期项目部|Wangjiang Property Phase II|services|hz|B|active|3|6|0||望江物业
银杏里养老院|Gingko Lane Care Home|medical|jx|B|active|1|7|0||
槐序书店|Huaixu Bookshop|retail|sh|C|lead|2|31|0||
澄湖水产|Chenghu Seafood|farming|sz|B|customer|2|11|9600|regular|
云帆旅行社|Yunfan Travel|services|sz|C|lead|3|13|0|fair|
星野影院|Starfield Cinema|services|wx|B|active|3|10|0||
麦田超市|Maitian Market|retail|jx|B|customer|2|15|7250||
麦田超市南湖店|Maitian Market Nanhu|retail|jx|C|customer|2|22|0||麦田超市
知微检测|Zhiwei Laboratory|services|sz|A|active|0|5|0|new vat|
长汀纺织|Changting Textiles|manufacturing|jx|B|customer|0|27|21400|vat|
半山健身|Banshan Fitness|services|hz|C|active|1|9|0||
清和中医馆|Qinghe Chinese Medicine|medical|hu|C|customer|1|33|1350||
木禾家具|Muhe Furniture|manufacturing|nb|B|active|2|18|0|fair|
东篱酒店用品|Dongli Hotel Supplies|trade|hz|B|lead|0|4|0|new|
岚山滑雪场|Lanshan Ski Park|services|hu|B|dormant|2|55|0|risk|
鲸落海鲜|Whalefall Seafood|catering|nb|C|customer|2|14|2600||
拾光摄影|Shiguang Photo|services|hz|C|lost|3|71|0||
恒泽化工|Hengze Chemicals|manufacturing|jx|A|active|0|8|0|key|
雨巷花店|Rain Lane Flowers|retail|sz|C|lead|1|6|0||
明德中学|Mingde Middle School|education|wx|A|customer|1|10|28600|key|
明德小学|Mingde Primary School|education|wx|B|active|1|12|0||明德中学
南浔丝绸|Nanxun Silk|manufacturing|hu|B|customer|2|23|11800|export|
川渡冷链|Chuandu Cold Chain|logistics|sh|B|active|0|5|0||
三江宠物医院|Sanjiang Animal Clinic|medical|nb|C|customer|1|19|980||
轻舟科技|Qingzhou Technology|it|sh|B|active|3|3|0||
乐山幼教|Leshan Preschools|education|sh|B|lead|1|16|0|fair|
翠微园林|Cuiwei Gardens|services|hz|B|customer|3|20|6400|regular|
宏石混凝土|Hongshi Concrete|building|jx|C|dormant|0|66|8800|risk|
清泉游泳馆|Clear Spring Pool|services|wx|B|customer|3|7|13200|regular|
橙屿民宿|Orange Isle Guesthouse|catering|nb|C|lead|2|2|0|new|
风帆自行车|Sail Bicycles|retail|hz|C|lost|2|80|0||
文澜画材|Wenlan Art Supplies|retail|hz|C|customer|1|41|760||
北辰体检中心|Beichen Health Check|medical|sz|A|active|1|4|0|key|
锦程汽配|Jincheng Car Parts|trade|wx|C|customer|0|25|3100||
溪语瑜伽|Xiyu Yoga|services|hz|C|lead|3|8|0||
金穗粮油|Jinsui Grain & Oil|trade|jx|B|customer|2|17|14600|vat|
临川设计院|Linchuan Design Institute|building|hz|B|active|3|11|0||
渔歌餐厅|Fisher's Song Restaurant|catering|hu|C|customer|1|13|1900||
云上会展|Cloud Nine Events|services|sh|B|active|3|6|0|fair|
百草堂药房|Baicao Pharmacy|medical|nb|C|customer|1|30|1120||
启明灯具|Qiming Lighting|manufacturing|nb|B|lost|0|76|0||
绿筠社区食堂|Lüyun Canteen|public|hz|B|customer|3|9|5700||
湖畔之家月子会所|Lakeside Mother & Baby|medical|wx|B|active|1|5|0|new|
天目驿站|Tianmu Stop|catering|hu|C|lead|2|27|0||
禾木设计|Hemu Design|services|sh|C|active|3|1|0||
""".strip().splitlines()


def firms() -> list[Firm]:
    """The customers in their order; a part comes after what it is part of."""
    made: list[Firm] = []
    numbers: dict[str, int] = {}
    for line in _LINES:
        zh, en, industry, place, grade, status, owner, silent, balance, tags, group = line.split("|")
        person, tail = _KNOWN.get(zh, (None, 0))
        part_of = numbers[group] if group else None
        numbers[zh] = len(made)
        made.append(
            Firm((zh, en), industry, place, grade, status, int(owner), int(silent), int(balance),
                 tuple(tags.split()), part_of, person, tail)
        )  # fmt: skip
    return made


Story = tuple[Both, ...]
_FIRST: Both = (
    "电话介绍了直饮机和租赁两种方案，对方让先发资料。",
    "Called and explained buying and renting; they asked for the catalogue first.",
)
_SENT: Both = (
    "资料和参考价已发微信，约好下周回话。",
    "Sent catalogue and prices by WeChat; they will answer next week.",
)
_VISIT: Both = ("上门看了现场：每天约 200 人用水，水压够，排水要改。",
                "Visited: about 200 people a day, enough pressure, the drain has to be moved.")  # fmt: skip
_QUOTE: Both = (
    "发了报价，2 台直饮机加一年滤芯，含安装。",
    "Quoted two dispensers with a year of filters, installation included.",
)
_TEST: Both = (
    "做了水质检测，余氯偏高，报告发给对方了。",
    "Tested the water: too much chlorine. Sent them the report.",
)
_PRICE: Both = (
    "嫌价格高，想让 3%。我说量到 5 台可以谈。",
    "Finds it dear, wants 3 % off. Told them: from five machines on.",
)
_BOSS: Both = ("经办人同意，等老板出差回来签字。", "The buyer agrees; the owner signs when back from a trip.")
_PILOT: Both = (
    "先放一台试用两周，月底看效果。",
    "One machine on trial for two weeks; we look at the result at the end of the month.",
)
_DONE: Both = (
    "设备装好了，试水合格，客户签了验收单。",
    "Installed and tested; the customer has signed for it.",
)
_FILTER: Both = ("换了 2 号机滤芯，顺便清洗了水箱，客户评分 5 分。",
                 "Changed the filter of machine 2 and cleaned the tank; rated 5 of 5.")  # fmt: skip
_LEAK: Both = (
    "来电说接头漏水，下午上门换了密封圈，没收费。",
    "Called about a leaking joint; changed the seal the same day, free of charge.",
)
_PAID: Both = ("尾款到账，发票已寄出。", "The last payment has come in; the invoice is in the post.")
_DUE: Both = (
    "催了一次款，财务说月底前安排。",
    "Reminded them of the bill; accounting will pay before the end of the month.",
)
_MORE: Both = (
    "问起二期，打算再加 6 台，要我们先报方案。",
    "Asked about phase two: six more machines; they want a plan first.",
)
_VIEW: Both = (
    "二期方案对方同意了，要求周四现场定点位。",
    "They agree to phase two and want to mark the places on Thursday.",
)
_THANK: Both = ("回访：出水正常，前台说客人反映好。", "Follow-up call: all runs well, their guests like it.")
_REFER: Both = (
    "介绍了隔壁园区的朋友，下周一起过去。",
    "Introduced a friend in the next park; we go there together next week.",
)
_QUIET: Both = ("打了两次没人接，微信留言了。", "Called twice, nobody answered; left a message on WeChat.")
_BUDGET: Both = ("今年预算没批下来，说下半年再看。", "No budget this year; look again after the summer.")
_OTHER: Both = ("已经跟别家签了，价格比我们低一成。", "They signed with somebody else, a tenth cheaper.")
_CLOSED: Both = (
    "店面下个月转让，合作到此为止，客气收尾。",
    "The shop is given up next month; we parted as friends.",
)
_FAIR: Both = (
    "展会上聊过，对软水器感兴趣，留了名片。",
    "Met at the fair; interested in softeners, left a card.",
)
_COLD: Both = (
    "上次的滤芯用到期了，打电话没约上时间。",
    "The filters are due; called, but couldn't fix a day.",
)

STORIES: dict[str, tuple[Story, ...]] = {
    "lead": (
        (_FIRST, _SENT),
        (_FAIR, _SENT, _FIRST),
        (_FIRST, _QUIET, _SENT),
    ),
    "active": (
        (_FIRST, _SENT, _VISIT, _QUOTE, _PRICE, _BOSS),
        (_FAIR, _VISIT, _TEST, _QUOTE, _PILOT),
        (_FIRST, _VISIT, _TEST, _QUOTE, _BOSS, _PRICE),
        (_SENT, _VISIT, _PILOT, _QUOTE, _PRICE),
    ),
    "customer": (
        (_QUOTE, _DONE, _PAID, _THANK, _FILTER, _MORE, _VIEW),
        (_DONE, _DUE, _PAID, _THANK, _REFER),
        (_VISIT, _QUOTE, _DONE, _LEAK, _THANK, _DUE),
        (_FILTER, _THANK, _MORE, _QUOTE, _BOSS),
        (_DONE, _FILTER, _LEAK, _PAID, _THANK, _FILTER),
    ),
    "dormant": (
        (_THANK, _COLD, _QUIET),
        (_QUOTE, _PRICE, _BUDGET),
    ),
    "lost": (
        (_QUOTE, _PRICE, _OTHER),
        (_THANK, _CLOSED),
    ),
}  # fmt: skip
