document.writeln("<p><a href='http://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=4300000012'><img src='/images/jiucuo.png' alt='政府网站找错'></a></p>");
