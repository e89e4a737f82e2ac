package main

// doors guard what comes in from outside, and the walls between brands.
var doors = []guard{
	{
		"a notification is WeChat's", "wechat/notification.go",
		`		if err := c.verify(ctx, header, body); err != nil {
			return err
		}`, `		_ = c.verify(ctx, header, body)`, "wechat", "Notification",
	},
	{
		"the journal only grows", "service/database/appendonly.go",
		`if db.Error == nil && a.tables[db.Statement.Table] { // else it was refused already, for another reason`, `if false {`, "service/database", ".",
	},
	{"a statement names its brand", "service/database/tenancy.go", `	_ = db.AddError(fmt.Errorf("%w: table %q", ErrNoBrand, db.Statement.Table))`, `	_ = fmt.Sprint(db.Statement.Table)`, "service/database", "."},
	{"a push is encrypted", "wechat/push.go", `if query.Get("encrypt_type") != "aes" {`, `if false {`, "wechat", "Push"},
	{
		"a push is signed", "wechat/push.go",
		`if subtle.ConstantTimeCompare([]byte(want), []byte(query.Get(name))) == 0 {`, `if want == "" {`, "wechat", "Push",
	},
	{"a push is five minutes old at most", "wechat/push.go", `age > PushSkew || age < -PushSkew {`, `false {`, "wechat", "Push"},
	{"a push is for this mini program", "wechat/push.go", `if string(text[head+n:]) != c.account.AppID {`, `if false {`, "wechat", "Push"},
	{
		"a role does what the table of permissions says", "api/endpoint/employees.go",
		`allowed := who.Role.May(op.Permission)`, `allowed := true`, "api/console", ".",
	},
	{
		"a brand reads and changes its own rows", "service/database/tenancy.go",
		`	stmt.AddClause(clause.Where{Exprs: []clause.Expression{
		clause.Eq{Column: clause.Column{Table: clause.CurrentTable, Name: brandColumn}, Value: brand},
	}})`, `	_ = brand`, "service/database", "TestBrandsDoNotSeeEachOther/sqlite",
	},
	{
		"conditions joined by OR stay within the brand", "service/database/tenancy.go",
		`	t.fenceOr(stmt)`, `	_ = t.fenceOr`, "service/database", "TestBrandsDoNotSeeEachOther/sqlite",
	},
	{
		"a row is made for its own brand", "service/database/tenancy.go",
		`case v != brand:`, `case v != brand && false:`, "service/database", "TestBrandsDoNotSeeEachOther/sqlite",
	},
	{
		"a row stays with its brand", "service/database/tenancy.go",
		`values[brandColumn]; moves {`, `values[brandColumn]; moves && false {`, "service/database", "TestBrandsDoNotSeeEachOther/sqlite",
	},
	{
		"SQL by hand names the brand", "service/database/tenancy.go",
		` || !strings.Contains(sql, brandColumn) {`, ` {`, "service/database", "TestStatementWithoutBrandIsRefused/sqlite",
	},
	{
		"a join is looked at", "service/database/tenancy.go",
		`if t.namesTable(j.Name) {`, `if false {`, "service/database", "TestStatementWithoutBrandIsRefused/sqlite",
	},
	{
		"SQL by hand changes nothing of what only grows", "service/database/appendonly.go",
		`_ = db.AddError(fmt.Errorf("%w: %s", ErrAppendOnly, words[i+1]))`, `_ = i`, "service/database", "TestWhatOnlyGrows/sqlite",
	},
	{
		"the journal is not purged", "service/database/appendonly.go",
		`if a.purgeable[db.Statement.Table] && model`, `if model`, "service/database", "TestWhatOnlyGrows/sqlite",
	},
	{
		"a shop that is suspended is closed", "api/endpoint/consumers.go",
		`case brand.Status != model.BrandActive:`, `case false:`, "api", "TestSignedIn",
	},
	{
		"what moves money has a key", "api/endpoint/key.go",
		`case !goodKey.MatchString(k.IdempotencyKey):`, `case false:`, "api", "TestInput",
	},
	{
		"an address asks so often at most", "api/endpoint/gate.go",
		`g.PerAddress.Take(Address(c), op.Cost); !ok {`, `g.PerAddress.Take(Address(c), op.Cost); !ok && false {`, "api", "TestRateLimits",
	},
	{
		"a body has its bound", "api/endpoint/gate.go",
		`left: op.MaxBody}`, `left: 1 << 40}`, "api", "TestBodyLimit",
	},
	{
		"a notification is encrypted in the one way that is known", "wechat/notification.go",
		`if r.Algorithm != "AEAD_AES_256_GCM" || len(r.Nonce) != 12 {`, `if false {`, "wechat", "Notification",
	},
}
