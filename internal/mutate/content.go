package main

// content guards what staff make of the shop's pages, and who may look at it before it is published.
var content = []guard{
	{
		"a draft that somebody else has changed is not written over", "service/brand/page.go",
		`Where("id = ? AND draft_version = ?", p.ID, in.Version)`, `Where("id = ?", p.ID)`, "service/brand", "TestThePagesOfAShop/sqlite",
	},
	{
		"what is published is the draft that was seen", "service/brand/page.go",
		`Where("id = ? AND draft_open = ? AND draft_version = ?", p.ID, true, in.Version).
			Where(`, `Where("id = ? AND draft_open = ?", p.ID, true).
			Where(`, "service/brand", "TestThePagesOfAShop/sqlite",
	},
	{
		"what is published takes the place of what was seen", "service/brand/page.go",
		`Where("CASE WHEN published THEN version ELSE 0 END = ?", in.Published)`, `Where("1 = 1")`, "service/brand", "TestThePagesOfAShop/sqlite",
	},
	{
		"a draft that somebody else has changed is not thrown away", "service/brand/page.go",
		`Where("id = ? AND draft_open = ? AND draft_version = ?", p.ID, true, in.Version).Updates(`, `Where("id = ? AND draft_open = ?", p.ID, true).Updates(`,
		"service/brand", "TestThePagesOfAShop/sqlite",
	},
	{
		"a page leads to what is there", "service/brand/page.go",
		`if err := c.links(tx, p.DraftBlocks, s.now.Now()); err != nil {`, `if err := c.links(tx, nil, 0); err != nil {`, "service/brand", "TestAPageIsChecked/sqlite",
	},
	{
		"a draft is clean before anybody sees it", "service/brand/page.go",
		`		in.Blocks = sanitised(in.Blocks)
`, ``, "service/brand", "TestADraftIsCleaned/sqlite",
	},
	{
		"a page that goes is the one that was seen", "service/brand/pagegone.go",
		`Where("id = ? AND draft_version = ? AND published = ? AND version = ?", p.ID, in.Version, true, in.Published)`, `Where("id = ? AND published = ?", p.ID, true)`,
		"service/brand", "TestAPageGoes/sqlite",
	},
	{
		"a page that is removed is the one that was seen", "service/brand/pagegone.go",
		`Where("id = ? AND draft_version = ?", p.ID, in.Version).Where("CASE WHEN published THEN version ELSE 0 END = ?", in.Published)`, `Where("id = ?", p.ID)`,
		"service/brand", "TestAPageGoes/sqlite",
	},
	{
		"a picture that is shown is not removed", "service/picture/kept.go",
		`		case there[p.Name]:
`, `		case false:
`, "service/picture", "TestPicturesThatNothingShowsGo/sqlite",
	},
	{
		"a picture that is being removed is not taken", "service/picture/kept.go",
		`Where("name = ? AND gone_at = 0", name)`, `Where("name = ?", name)`, "service/picture", "TestWhoDiesWhileTidying/sqlite",
	},
	{
		"a preview is for one page", "service/page/preview.go",
		`err != nil || l.sight != what {`, `err != nil {`, "api/console", "TestTheHomePage/sqlite",
	},
	{
		"a preview is for one brand", "service/page/preview.go",
		`"preview:" + strconv.FormatInt(brandID, 10)`, `"preview:" + strconv.FormatInt(0*brandID, 10)`, "api/console", "TestTheHomePage/sqlite",
	},
	{
		"a preview ends", "service/page/preview.go",
		`if s.now.Now() >= l.Until {`, `if l.Until < 0 {`, "api/console", "TestTheHomePage/sqlite",
	},
}
