$(function(){ $("#nav li").hover(function(){ $(this).addClass("on"); }); });
$(function(){ $("a").click(function(){ var h=this.hostname; if(h && h.indexOf("gov.cn")<0){ return confirm("您访问的链接即将离开“某省工业和信息化厅”门户网站，是否继续？"); } }); });
