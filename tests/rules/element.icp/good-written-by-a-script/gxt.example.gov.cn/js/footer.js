document.writeln("<div class=\"footer\"><p>主办单位：某省工业和信息化厅</p>");
document.writeln("<p>网站标识码：4399000012　<a href=\"https://beian.miit.gov.cn/\">湘ICP备05009999号-1</a>　<a href=\"http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=43010202000999\">湘公网安备 43010202000999号</a></p></div>");
