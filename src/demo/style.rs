//! Style sheets, so that the demo looks like what it stands for when a browser opens it.

pub(super) const PORTAL: &str = "\
*{box-sizing:border-box}
body{margin:0;font:15px/1.8 'Microsoft YaHei','Noto Sans CJK SC',SimSun,sans-serif;color:#333;background:#f5f6f8}
a{color:#333;text-decoration:none}a:hover{color:#c7000b}
.header,.nav>ul,.main,.footer{max-width:1180px;margin:0 auto}
.header{display:flex;justify-content:space-between;align-items:center;padding:18px 0}
.header img{height:70px}
.header::after{content:''}
.nav{background:#1b5aa6}
.nav ul{list-style:none;padding:4px 0;margin:0 auto;display:flex;flex-wrap:wrap}
.nav li{position:relative;padding:4px 14px}.nav li a{color:#fff}
.nav .sub{display:none;position:absolute;z-index:2;left:0;top:100%;background:#1b5aa6;min-width:150px}
.nav li:hover .sub{display:block}
.main{background:#fff;padding:20px 26px;min-height:420px;overflow:hidden}
.position{color:#777;border-bottom:1px solid #e3e6ea;padding-bottom:8px;margin-bottom:16px}
.left-menu{float:left;width:210px}.left-menu h2{background:#1b5aa6;color:#fff;margin:0;padding:8px 16px;font-size:18px}
.left-menu ul{list-style:none;margin:0;padding:0;border:1px solid #e3e6ea}.left-menu li{padding:7px 16px;border-bottom:1px dashed #e3e6ea}
.left-menu+.tyl-main-right{margin-left:240px}
.column-title,.tys-main-zt{font-size:22px;color:#1b5aa6}
.tys-main-zt{text-align:center}.tys-main-zt-show{text-align:center;color:#777;border-bottom:1px solid #e3e6ea;padding-bottom:10px}
.table{width:100%;border-collapse:collapse}.table td,.table th{padding:7px 10px;border-bottom:1px solid #e3e6ea;text-align:left}
.table td:last-child,.table th:last-child{width:130px;color:#777;white-space:nowrap}
ul.list,ul.block-list{list-style:none;padding:0}
ul.list li,ul.block-list li{padding:5px 0;border-bottom:1px dashed #e3e6ea;overflow:hidden}
ul.list li span,ul.list li em,ul.block-list li span{float:right;color:#777;font-style:normal}
ul.list li span.date{float:none;margin-right:10px}
ul.list div.date{float:left;width:76px;text-align:center;background:#eef3fa;margin-right:14px}ul.list div.date b{display:block;font-size:20px;line-height:1.3}ul.list div.date i{font-style:normal;font-size:12px}
.pic-list{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:18px}.pic-list li{width:210px}.pic-list img{width:210px;height:130px}
.block{width:48%;display:inline-block;vertical-align:top;margin-right:1.5%}.block h2{display:inline-block;font-size:18px;color:#1b5aa6;margin:8px 0}.more{float:right;margin-top:12px}
.block-list li a{display:inline-block;max-width:78%;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.xxgk-table{width:100%;border-collapse:collapse;margin:14px 0}.xxgk-table td{border:1px solid #cfd6de;padding:6px 10px}
.banner img{width:48%;height:90px;margin-right:1%}
.quick ul{list-style:none;padding:0;display:flex;gap:24px}
.top{color:#c7000b;font-style:normal}.xglj{background:#f6f8fb;padding:6px 18px;margin-top:16px}
.footer{padding:22px 0;text-align:center;color:#777;font-size:13px}
";

pub(super) const SMALL: &str = "\
body{margin:0;font:15px/1.8 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;color:#2b2f36;background:#f7f8fa}
a{color:#22577a;text-decoration:none}
header{background:#fff;padding:14px 6%;box-shadow:0 1px 4px #0002}header img{height:48px}
.main-nav ul{list-style:none;display:flex;gap:26px;padding:0;margin:8px 0 0}
main{max-width:1060px;margin:24px auto;background:#fff;padding:20px 34px;min-height:400px}
.news-list,.block-list{list-style:none;padding:0}.news-list li,.block-list li{padding:8px 0;border-bottom:1px solid #edf0f2;overflow:hidden}
.news-list li span,.news-list li em,.block-list li span{float:right;color:#888;font-style:normal}
.news-list .date{float:left;margin-right:14px}
footer{text-align:center;color:#888;font-size:13px;padding:20px}
";
