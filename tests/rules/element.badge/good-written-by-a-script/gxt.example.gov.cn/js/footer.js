document.writeln("<p><a href='http://bszs.conac.cn/sitename?method=show&id=0A1B2C3D4E5F60718293A4B5C6D7E8F9'><img src='http://dcs.conac.cn/image/red.png'></a></p>");
