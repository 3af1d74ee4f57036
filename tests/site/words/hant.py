"""兩岸: the same kind of local report in Traditional characters, for the Big5 pages."""

# ruff: noqa: E501  # vocabulary stands in lines of one rule; a Han character counts two columns

HANT = {
    "n": "兩|三|四|五|六|七|八|九",
    "nn": "12|18|23|27|35|41|48|56|64|77|83|92",
    "month": "1月|3月|4月|6月|7月|9月|10月|12月",
    "day": "3日|5日|8日|12日|16日|19日|22日|25日|28日",
    "surname": "陳|林|黃|張|李|王|吳|劉|蔡|楊|許|鄭|謝|郭|洪",
    "given": "志明|淑芬|俊傑|雅婷|建宏|美玲|國華|怡君|文彬|秀琴|家豪|佩珊",
    "person": "{surname}{given}",
    "place": "廈門|金門|福州|臺南|泉州|高雄|漳州|臺中|平潭|基隆",
    "group": "青年創業協會|書法學會|農產品商會|兩地高校圖書館|民俗文化研究會|中學生合唱團|漁業合作社|小吃業公會",
    "event": "茶藝交流會|元宵燈會|書畫聯展|青年職業體驗營|農特產品展銷週|歌仔戲匯演|親子閱讀節|慢速壘球邀請賽",
    "view": "這裡的味道和小時候外婆做的一模一樣|年輕人多走動，許多誤會自然就解開了|展場雖然不大，但每一件作品都有故事|"
    "第一次搭船過來，沒想到只要半個鐘頭|我們帶來的鳳梨酥，一個上午就賣光了",
    "effect": "吸引{nn}個團體參加|現場座無虛席|預計持續到下個月{day}|較上屆增加近{n}成|共展出作品{nn}件",
    "lead_s": "{month}{day}，由{group}主辦的{event}在{place}揭幕，{effect}。|{month}{day}上午，{place}{group}一行{nn}人抵達{place}，參加為期{n}天的{event}。",
    "s": "“{view}。”來自{place}的{person}說。|{group}會長{person}表示，{event}已經連續舉辦{n}屆，{effect}。|"
    "活動期間，{place}和{place}的{group}還將簽署合作備忘錄，推動{event}輪流舉辦。|"
    "記者在現場看到，{event}分為{n}個展區，觀眾扶老攜幼，{effect}。|"
    "{person}今年{nn}歲，從事這一行已有{nn}年，這次帶著{n}名學徒來到{place}，希望讓更多人認識傳統工藝。|"
    "據主辦單位介紹，報名從{month}開始，{place}、{place}兩地的年輕人最為踴躍，{effect}。|"
    "“{view}。”{group}的{person}在接受採訪時說，明年還會再來。|"
    "傍晚時分，港邊的燈光次第亮起，{place}的樂團演奏了一曲閩南小調，許多長者跟著輕輕哼唱。",
    "title": "{event}在{place}揭幕 {effect}|{place}{group}赴{place}交流|{person}：{view}|{event}落幕 {effect}",
}
