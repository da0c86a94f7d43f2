window.addEventListener("load", function () {
  setTimeout(function () {
    ask(33, function (reply) {
      var box = document.createElement("div");
      box.innerHTML = "<ul class='list' id='talks'></ul>";
      document.getElementById("app").appendChild(box);
      draw(reply, "talks");
    });
  }, 200);
});
