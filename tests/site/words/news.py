"""新闻: local reports with dates, names, places and quotations."""

# ruff: noqa: E501  # vocabulary stands in lines of one rule; a Han character counts two columns

NEWS = {
    "unit": "市交通运输局|市文化馆|市第三人民医院|市气象台|澜江海关|市供水集团|市农业农村局|市图书馆|澜江学院|市消防救援支队|"
    "市市场监管局|市邮政分公司|市园林绿化中心|市民政局|市体育局|澜江火车站|市生态环境局|市总工会",
    "role": "负责人|工作人员|技术员|值班主任|讲解员|班组长|高级工程师|副主任医师|志愿者|村委会主任|养殖户|出租车司机|退休教师|快递员",
    "project": "老旧小区供水管网改造|滨江绿道二期|乡村公路养护|夜间公交专线|社区长者食堂|蔬菜大棚改造|古桥修缮|河湖水质监测|"
    "中小学课后服务|农产品冷链仓库|智慧停车试点|图书漂流角|城市书房|电动车充电棚|残疾人就业帮扶|非遗进校园",
    "event": "春季人才招聘会|全民健身徒步大会|农民丰收节|少儿书画展|应急救援演练|戏曲下乡巡演|义务植树活动|科普大篷车进村|"
    "职工技能比武|江鱼放流活动|邻里文化节|老照片展",
    "crop": "早稻|蜜柚|茶叶|小龙虾|香菇|油菜|脐橙|莲藕|中药材|冬枣",
    "effect": "惠及居民{nnn}户|缩短通行时间近{n}成|日均接待市民{nnn}人次|预计年内全部完工|较去年同期增长{pct}|吸引{nn}个单位参加|"
    "为当地带来{nnn}个就业岗位|让老人在家门口就能办事|实现产值{nnn}万元|投诉量下降{pct}",
    "view": "以前这里一下雨就积水，现在出门再也不用绕路了|我们把服务点设在村口，就是想让大家少跑腿|价格稳住了，种植户心里就有底|"
    "孩子放学有地方去，家长下班再来接，时间刚刚好|设备换了新的，夜里的噪声小了很多|今年雨水均匀，果子个头比往年大|"
    "活动不收门票，愿意来的都可以报名|修旧如旧是原则，能用的老石料一块也不丢",
    "weather": "受冷空气影响，我市气温明显下降|连日晴好，江面能见度较高|一场及时雨缓解了旱情|清晨的江面上薄雾还没有散去",
    "lead_s": "{month}{day}，记者从{unit}获悉，{county}{project}已进入收尾阶段，{effect}。|"
    "{month}{day}上午，{event}在{county}{street}举行，{effect}。|"
    "{month}{day}，{weather}，{town}{village}的{crop}迎来采收季，{effect}。|"
    "记者{month}{day}在{county}采访时看到，{project}正在加紧施工，{effect}。",
    "s": "据{unit}{role}{person}介绍，{project}自去年{month}启动以来，累计投入资金{nnn}万元，{effect}。|"
    "“{view}。”家住{town}的{person}告诉记者。|"
    "“{view}。”{unit}{role}{person}说，下一步还将在{county}、{county}等地推广。|"
    "在{village}，{role}{person}正忙着给{crop}装箱，他算了一笔账：每亩可增收{nnn}元，{effect}。|"
    "{unit}提醒市民，{weather}，途经{street}、{street}的车辆请提前规划路线。|"
    "数据显示，今年前{n}个月，{county}{project}完成投资{nnn}万元，同比增长{pct}。|"
    "活动现场，来自{county}的{nn}名{role}分组登台，{person}以{nn}分的成绩获得第一名。|"
    "{project}全长约{nn}公里，连接{street}和{town}，建成后将{effect}。|"
    "为了方便上班族，{unit}把{project}的服务时间延长到晚上九点，周末不休息。|"
    "{person}今年{nn}岁，在{unit}工作了{n}个年头，经手的{project}有{nn}处，没有出过一次差错。|"
    "截至{month}底，全市共有{nnn}个行政村完成{project}，占总数的{nn}%。|"
    "与往年相比，今年的{event}增加了{crop}展销和现场体验环节，{effect}。|"
    "{town}党委{role}{person}表示，将继续把{project}作为民生实事来抓，做到月月有进度、季季有评比。|"
    "记者在{street}看到，{n}台机械同时作业，工人们顶着烈日铺设管道，{project}的轮廓已经清晰可见。|"
    "按照计划，{project}将分{n}期实施，首期{nn}个点位预计{month}投入使用。|"
    "{weather}，{unit}启动应急值守，{nnn}名队员在{county}{town}待命，目前未接到灾情报告。|"
    "走进{village}的文化广场，{event}的横幅格外醒目，{person}和邻居们早早占好了座位。",
    "title": "{county}{project}{effect}|{event}在{county}举行|{town}{crop}丰收 {effect}|{unit}推进{project}|"
    "{person}：把{project}办到群众心坎上|我市今年将新增{project}{nn}处|{project}：{effect}",
    "note": "近日，{county}{project}取得新进展，{effect}。|{event}日前落幕，{effect}。",
}
