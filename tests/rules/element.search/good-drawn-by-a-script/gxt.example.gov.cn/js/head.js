document.writeln("<form action='/search/'><input id='searchword'><input type='submit' value='检索'></form>");
