// 栏目列表：带签名的数据接口
function sign(text) { var h = 5381; for (var i = 0; i < text.length; i++) { h = ((h * 33) ^ text.charCodeAt(i)) >>> 0; } return h.toString(16); }
function ask(channel, done) {
  var query = "channelId=" + channel + "&pageNo=1";
  var request = new XMLHttpRequest();
  request.open("POST", "/query/list.do?" + query + "&sign=" + sign(query + "#gxt"));
  request.setRequestHeader("Content-Type", "application/json");
  request.onload = function () { done(JSON.parse(request.responseText)); };
  request.send(JSON.stringify({ channelId: channel, pageNo: 1 }));
}
function draw(reply, place) {
  var html = "";
  (reply.data || []).forEach(function (item) {
    html += "<li><a href='" + item.u + "' title='" + item.t + "'>" + item.t.slice(0, 12) + "…</a><span class='date'>" + item.d + "</span></li>";
  });
  document.getElementById(place).innerHTML = html;
}
