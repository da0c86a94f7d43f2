var siteInfo = {"siteName":"发展和改革委员会","siteGuid":"bc6e816e-4cfa-4317-9c8c-1e74c712d3fe","projectName":"/EWB-FRONT"};
function getPageInfoList(p){ ajax(siteInfo.projectName + "/rest/lightfrontaction/" + p.cmd, p); }
$(function () { document.documentElement.className += ' js'; });
