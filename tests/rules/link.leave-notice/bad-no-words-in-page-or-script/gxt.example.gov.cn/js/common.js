$(function(){ $("#nav li").hover(function(){ $(this).addClass("on"); }); });
