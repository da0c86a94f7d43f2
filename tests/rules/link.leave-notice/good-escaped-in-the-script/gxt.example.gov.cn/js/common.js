$(function(){ $("#nav li").hover(function(){ $(this).addClass("on"); }); });
layer.confirm("\u60a8\u8bbf\u95ee\u7684\u94fe\u63a5\u5373\u5c06\u79bb\u5f00\u672c\u7f51\u7ad9");
