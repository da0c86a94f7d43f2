//! Traditional characters in titles: mirror pages and sites of some offices write them, and a title is one in either script.

/// Traditional and simplified, side by side: the characters that titles of documents use.
const PAIRS: &str = "與与專专業业東东兩两嚴严個个中中豐丰臨临為为麗丽舉举義义樂乐習习鄉乡書书買买亂乱爭争於于雲云亞亚產产畝亩親亲億亿僅仅從从倉仓儀仪們们價价眾众優优會会傳传傷伤倫伦偽伪體体餘余備备債债償偿儲储兒儿黨党蘭兰關关興兴養养獸兽內内岡冈冊册寫写軍军農农馮冯決决況况凍冻淨净減减鳳凤憑凭凱凯擊击劃划劉刘則则剛刚創创刪删別别劑剂劇剧勸劝辦办務务動动勵励勁劲勞劳勢势勳勋勻匀匯汇區区醫医華华協协單单賣卖盧卢衛卫卻却廠厂廳厅歷历曆历厲厉壓压縣县參参雙双發发髮发變变敘叙葉叶號号嘆叹後后向向嚇吓嗎吗啟启員员聽听嘗尝園园圍围國国圖图圓圆場场壞坏塊块堅坚壇坛墳坟墜坠壟垄墾垦聲声殼壳處处備备復复複复夠够頭头誇夸奪夺奮奋獎奖婦妇媽妈孫孙學学寧宁寶宝實实寵宠審审憲宪宮宫寬宽賓宾對对尋寻導导壽寿將将爾尔塵尘層层屬属嶺岭島岛峽峡幣币帥帅師师帳帐帶带幫帮幹干並并廣广莊庄慶庆庫库應应廟庙廢废開开異异棄弃張张彌弥彎弯彈弹強强歸归當当錄录徹彻徑径憶忆懷怀態态慣惯戰战戲戏戶户撲扑執执擴扩掃扫揚扬擾扰撫抚搶抢護护報报擔担擬拟擁拥擇择掛挂擋挡據据換换損损搖摇攜携攤摊敵敌數数齊齐斷断無无舊旧時时曠旷顯显曉晓暫暂術术機机殺杀雜杂權权條条來来極极構构槍枪標标棟栋樹树橋桥檢检樓楼樣样歡欢歲岁殘残畢毕氣气漢汉湯汤溝沟沒没滬沪潔洁滅灭濕湿溫温灣湾濟济渾浑濃浓涼凉測测滙汇準准滿满漁渔滲渗潛潜瀏浏濱滨灘滩災灾爐炉點点煉炼熱热燒烧煩烦燈灯營营爾尔狀状猶犹獨独環环現现瑪玛電电畫画療疗瘋疯監监蓋盖盡尽盤盘眞真礦矿碼码磚砖確确礎础禮礼禍祸離离種种積积稱称穩稳穀谷窮穷竊窃競竞筆笔築筑籌筹簡简籤签糧粮糾纠紀纪約约級级紅红納纳純纯紙纸線线組组細细終终經经結结給给絡络統统絲丝綜综緑绿綠绿維维網网緊紧緒绪續续緩缓編编練练縮缩績绩織织繼继纖纤罰罚羅罗習习聯联職职聖圣肅肃脅胁脫脱腦脑臟脏臺台舉举艦舰藝艺節节範范蘇苏葯药藥药蔣蒋藍蓝虛虚蟲虫補补裝装規规視视覽览覺觉觀观訂订計计訊讯討讨訓训託托記记設设許许訴诉診诊評评詞词試试詩诗話话該该詳详認认誠诚語语誤误說说課课調调談谈請请諮咨論论證证識识譜谱議议讀读讓让豬猪貝贝負负財财責责貧贫貨货質质貫贯貯贮費费貼贴貿贸資资賦赋賽赛賠赔贏赢贈赠購购賬账趙赵趕赶跡迹躍跃車车軌轨軟软轉转輕轻載载輔辅輪轮輯辑輸输轄辖農农邊边達达遷迁過过運运還还這这進进遠远違违連连遲迟適适選选遺遗鄧邓鄭郑鄰邻醜丑釋释裡里鑒鉴鑑鉴針针鈔钞鈣钙鋼钢錢钱銀银銷销鎖锁錯错鎮镇鏡镜鐵铁長长門门閉闭問问間间閩闽閱阅闊阔隊队陽阳陰阴陣阵階阶際际陸陆險险隨随隱隐難难靈灵靜静響响頁页項项順顺須须頒颁預预領领頻频題题額额顏颜類类顧顾風风飛飞飯饭飲饮館馆駐驻駕驾驗验騙骗驅驱馬马魚鱼鮮鲜鳥鸟麥麦黃黄齡龄龍龙滯滞勝胜協协衝冲製制範范係系繫系佔占災灾採采徵征託托週周係系";

/// The title in simplified characters.
pub(super) fn simplified(title: &str) -> String {
    let table = table();
    title.chars().map(|c| table.get(&c).copied().unwrap_or(c)).collect()
}

fn table() -> &'static std::collections::BTreeMap<char, char> {
    static TABLE: std::sync::LazyLock<std::collections::BTreeMap<char, char>> = std::sync::LazyLock::new(|| {
        let chars: Vec<char> = PAIRS.chars().collect();
        chars.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    });
    &TABLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_on_a_mirror_in_traditional_characters_is_the_same_title() {
        assert_eq!(
            simplified(
                "懷化市人民政府辦公室關於印發《懷化市貫徹落實〈關於打好經濟增長主動仗實現經濟運行整體好轉的若干政策措施〉實施方案》的通知"
            ),
            "怀化市人民政府办公室关于印发《怀化市贯彻落实〈关于打好经济增长主动仗实现经济运行整体好转的若干政策措施〉实施方案》的通知"
        );
        assert_eq!(simplified("《管理办法》政策解读"), "《管理办法》政策解读");
    }

    #[test]
    fn the_table_is_of_pairs_and_no_simplified_character_is_changed() {
        assert_eq!(PAIRS.chars().count() % 2, 0);
        let table = table();
        assert!(table.values().all(|simple| table.get(simple).is_none_or(|again| again == simple)));
    }
}
