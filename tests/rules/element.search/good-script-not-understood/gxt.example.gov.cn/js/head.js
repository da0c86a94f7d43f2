initSearchBox({el:"#searchBox"});
