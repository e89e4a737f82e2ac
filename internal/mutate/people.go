package main

// people guard what consumers and staff may do, and how much of it.
var people = []guard{
	{
		"nothing is shown before all of it was looked at", "service/moderation/moderation.go",
		`	if open > 0 {
		return true, nil
	}`, ``, "service/review", ".",
	},
	{
		"the last verdict is the last, whoever comes at the same time", "service/moderation/moderation.go",
		`err = tx.Clauses(forUpdate).Where("subject_kind`, `err = tx.Where("subject_kind`, "api/callback", "Race",
	},
	{
		"a verdict stays as it was told first", "service/moderation/moderation.go",
		`case other.ID == c.ID && other.Status == model.CheckDone:`, `case false:`, "api/callback", "Only",
	},
	{
		"what is risky is refused however late", "service/moderation/moderation.go",
		`if verdict != model.VerdictRisky || other.Reason != reasonNoVerdict {`, `if true {`, "service/review", "TestARiskyPictureIsRefusedHoweverLate/sqlite",
	},
	{
		"staff do not refuse what WeChat has passed", "service/review/staff.go",
		` || d.Status == model.ReviewRefused && from != model.ReviewHeld {`, ` {`, "service/review", "TestARiskyPictureIsRefusedHoweverLate/sqlite",
	},
	{
		"no visit of a deleted account is noted", "service/groupbuy/view.go",
		`if _, err := person.Lock(tx, userID); err != nil { // nothing is noted of a deleted account`,
		`if _, err := person.Lock, error(nil); err != nil {`, "service/privacy", "TestNothingComesToADeletedAccount/sqlite",
	},
	{
		"a case of a deleted account is not moved", "service/aftersale/consumer.go",
		`if _, err := person.Lock(tx, b.UserID); err != nil {`, `if _, err := person.Lock, error(nil); err != nil {`,
		"service/privacy", "TestNothingComesToADeletedAccount/sqlite",
	},
	{
		"what costs nothing is not a deleted account's", "service/order/place.go",
		`if _, err := person.Lock(tx, o.UserID); err != nil {`, `if _, err := person.Lock, error(nil); err != nil {`,
		"service/promotion", "TestAnOrderOfNothingIsNotADeletedAccounts/sqlite",
	},
	{
		"a file whose photo was erased is removed", "service/picture/picture.go",
		`	if n == 0 {
		return errors.Join(model.ErrUnauthorized`, `	if false {
		return errors.Join(model.ErrUnauthorized`, "service/picture", "TestNoFileComesAfterItsPhotoWasErased/sqlite",
	},
	{
		"a photo is used once, by who has sent it", "service/picture/picture.go",
		`"no = ? AND user_id = ? AND used_at = 0"`, `"no = ? AND (user_id = ? OR 1 = 1)"`, "service/picture", ".",
	},
	{"few photos wait", "service/picture/picture.go", `if n >= MostUnused {`, `if false {`, "service/picture", "."},
	{"something is added to a review once", "service/review/review.go", `"id = ? AND added_status = '' AND status <> ?"`, `"id = ? AND status <> ?"`, "service/review", "."},
	{"there are so many favourites at most", "service/favourite/favourite.go", `if len(kept) >= Most {`, `if false {`, "service/favourite", "."},
	{
		"an account in use is not deleted", "service/privacy/privacy.go",
		`			return model.ErrAccountInUse.With("what", c.what)`, `			continue`, "service/privacy", ".",
	},
	{
		"an account stays until WeChat has heard what was sent", "service/privacy/privacy.go",
		`[]model.UploadStatus{model.UploadWaiting, model.UploadSending})},`, `[]model.UploadStatus{})},`, "service/privacy", "TestAnAccountStaysUntilWeChatHasHeard/sqlite",
	},
	{
		"a second factor that was set meanwhile is asked for", "service/staff/signin.go",
		`AND (totp_sealed IS NULL) = ?", l.ID`, `AND ? IS NOT NULL", l.ID`, "service/staff", "TestASecondFactorIsSetDuringASignIn/sqlite",
	},
	{
		"the links of who is no owner any more are withdrawn", "service/staff/staff.go",
		`		if stops {`, `		if false {`, "service/staff", "TestTheLinksOfAnOwnerWhoIsNoneAnyMore/sqlite",
	},
	{"who is gone gets nothing", "service/internal/person/person.go", ` || err == nil && u.DeletedAt > 0`, ``, "service/privacy", "."},
	{"a deleted account's token is refused", "service/identity/identity.go", `"no = ? AND deleted_at = 0"`, `"no = ?"`, "service/privacy", "."},
	{
		"staff do not see whose a deleted account's order was", "service/order/desk.go",
		`			return model.ErrOrderRestricted`, `			_ = restricted`, "service/privacy", ".",
	},
	{"the last owner stays one", "service/staff/staff.go", `&& owners < 2 {`, `&& owners < 0 {`, "service/staff", "."},
	{"a cart holds so many lines at most", "service/cart/cart.go", `case len(skus) >= MaxLines:`, `case false:`, "service/cart", "."},
	{
		"a line of a cart has so many pieces at most", "service/cart/cart.go",
		`"user_id = ? AND sku_id = ? AND quantity <= ?", userID`, `"user_id = ? AND sku_id = ? AND ? > 0", userID`, "service/cart", "TestBounds/sqlite",
	},
	{
		"another consumer's cart is not changed", "service/cart/cart.go",
		`tx.Where("user_id = ? AND sku_id IN (?)", userID, same)`, `tx.Where("? > 0 AND sku_id IN (?)", userID, same)`, "service/cart", "TestOthersSeeNothing/sqlite",
	},
	{
		"another consumer's cart is not emptied", "service/cart/steps.go",
		`"user_id = ? AND sku_id IN ?", userID, skuIDs`, `"sku_id IN ?", skuIDs`, "service/cart", "TestOthersSeeNothing/sqlite",
	},
	{
		"who adds a line waits for the consumer", "service/cart/cart.go",
		`	if _, err := person.Lock(tx, userID); err != nil {
		return err
	}`, `	_ = person.Lock`, "service/cart", "TestBounds|TestAddAtOnce/mariadb",
	},
	{
		"what is off sale is not put into a cart", "service/cart/cart.go",
		`"skus.no = ? AND skus.active = ? AND products.published = ?", no, true, true`, `"skus.no = ?", no`, "service/cart", "TestUnavailableLinesAreMarked/sqlite",
	},
	{
		"a token is good for its own brand", "service/identity/token.go",
		`if c.Brand != strconv.FormatInt(brandID, 10) {`, `if c.Brand == "" {`, "service/identity", "TestToken",
	},
	{
		"a token is signed by one method", "service/identity/token.go",
		`		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
`, ``, "service/identity", "TestToken",
	},
	{
		"a token ends", "service/identity/token.go",
		`jwt.WithExpirationRequired(),`, ``, "service/identity", "TestToken",
	},
	{
		"a token is for consumers", "service/identity/token.go",
		` jwt.WithAudience(audience),`, ``, "service/identity", "TestToken",
	},
	{
		"a consumer is there once", "model/migrations/mysql/00011_users.sql",
		`    UNIQUE KEY uq_users_app_id_openid (app_id, openid),`, `    KEY uq_users_app_id_openid (app_id, openid),`, "service/identity", "TestFirstLoginsAtOnce/mariadb",
	},
	{
		"a token that was revoked is refused", "service/staff/authenticate.go",
		`AND staff_tokens.revoked_at = 0 AND`, `AND`, "service/staff", "TestRevokedIsRevoked/sqlite",
	},
	{
		"who is suspended is refused", "service/staff/authenticate.go",
		`AND staff.status = ?", hash`, `AND ? <> ''", hash`, "service/staff", "TestWhoIsSuspendedIsRefused/sqlite",
	},
	{
		"a token of staff ends", "service/staff/authenticate.go",
		`	if w.ExpiresAt <= s.now.Now() {
		return Who{}, model.ErrUnauthorized`, `	if false {
		return Who{}, model.ErrUnauthorized`, "service/staff", "./sqlite",
	},
	{
		"who is refused is refused at once", "service/staff/token.go",
		`	s.recent.forgetAll()
`, ``, "service/staff", "TestRevokedIsRevoked/sqlite",
	},
	{
		"owners who demote each other wait", "service/staff/staff.go",
		`tx.Model(&model.Staff{}).Clauses(forUpdate).`, `tx.Model(&model.Staff{}).`, "service/staff", "TestTwoOwnersDemoteEachOther/mariadb",
	},
	{
		"a token of staff is good for a year at most", "service/staff/token.go",
		`if life <= 0 || life > longestLife {`, `if false {`, "service/staff", "./sqlite",
	},
	{
		"freight that a product needs stays", "service/brand/apply.go",
		`if products > 0 {`, `if false {`, "service/brand", "TestApply/sqlite",
	},
	{
		"a secret goes with its number", "service/brand/account.go",
		`if !g.sameNumber || len(*secret.sealed) == 0 {`, `if len(*secret.sealed) == 0 {`, "service/brand", "TestSecretsBelongToNumbers/sqlite",
	},
	{
		"a mini program is one brand's", "model/migrations/sqlite/00002_brand_credentials.sql",
		`CREATE UNIQUE INDEX uq_brand_credentials_app_id`, `CREATE INDEX uq_brand_credentials_app_id`, "service/brand", "./sqlite",
	},
	{
		"there are so many addresses at most", "service/address/address.go",
		`if count >= Limit {`, `if false {`, "service/address", "TestLimit/sqlite",
	},
	{
		"another consumer's address is not found", "service/address/address.go",
		`"no = ? AND user_id = ?", no, userID`, `"no = ?", no`, "service/address", "TestOthersFindNothing/sqlite",
	},
}
