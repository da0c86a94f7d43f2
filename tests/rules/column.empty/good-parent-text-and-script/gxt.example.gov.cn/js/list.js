function loadList(id, channel, page) { $.post("/interface/list", {c: channel, p: page}, function (d) { $(id).html(d); }); }
