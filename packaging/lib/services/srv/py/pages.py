def text(): return "page"
