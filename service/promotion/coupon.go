package promotion

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/idem"
	"hutong/service/internal/person"
	"hutong/service/internal/trail"
	"hutong/service/member"
	"hutong/service/order"
)

const day = 24 * time.Hour

// CouponView is a kind of coupon as consumers see it.
type CouponView struct {
	No            string           `json:"no" doc:"Number of the kind of coupon"`
	Name          string           `json:"name"`
	Effect        order.EffectView `json:"effect"`
	AmountFromFen model.Fen        `json:"amount_from_fen,omitempty" doc:"From so much on of what it is for"`
	PiecesFrom    int              `json:"pieces_from,omitempty" doc:"From so many pieces on of what it is for"`
	Some          bool             `json:"some,omitempty" doc:"For some products alone"`
	FirstOrder    bool             `json:"first_order,omitempty" doc:"For a first order alone"`
	LevelFrom     int              `json:"level_from,omitempty" doc:"For members of this rank or a higher one"`
	Level         string           `json:"level,omitempty" doc:"What the level of that rank is called"`
	Stackable     bool             `json:"stackable,omitempty" doc:"For what a promotion has made cheaper, too"`
	ValidFrom     model.Millis     `json:"valid_from,omitempty" doc:"UTC milliseconds"`
	ValidUntil    model.Millis     `json:"valid_until,omitempty" doc:"UTC milliseconds, exclusive"`
	ValidDays     int64            `json:"valid_days,omitempty" doc:"It is good for so many days from when it is claimed, in place of valid_from and valid_until"`
}

func viewCoupon(c model.Coupon, levels map[int]model.Text, languages []string) CouponView {
	return CouponView{
		No: c.No, Name: c.Name.In(languages...), Effect: order.ViewEffect(c.Effect), AmountFromFen: c.Conditions.AmountFrom,
		PiecesFrom: c.Conditions.PiecesFrom, Some: len(c.Conditions.Products)+len(c.Conditions.Categories) > 0,
		FirstOrder: c.Conditions.FirstOrder, LevelFrom: c.Conditions.LevelFrom, Level: levels[c.Conditions.LevelFrom].In(languages...),
		Stackable: c.Stackable,
		ValidFrom: c.ValidFrom, ValidUntil: c.ValidUntil, ValidDays: c.ValidDays,
	}
}

// levelsOf are the names of levels by rank, if any of some coupons wants to know.
func levelsOf(tx *gorm.DB, coupons ...model.Coupon) (map[int]model.Text, error) {
	if !slices.ContainsFunc(coupons, func(c model.Coupon) bool { return c.Conditions.LevelFrom > 0 }) {
		return nil, nil //nolint:nilnil // no level, no name
	}
	return member.Names(tx)
}

// CentreView is a coupon that can be claimed.
type CentreView struct {
	CouponView
	ClaimUntil model.Millis `json:"claim_until" doc:"It can be claimed until then; UTC milliseconds"`
	LeftRate   int64        `json:"left_rate" doc:"How many are left, in 1/10,000 of all; 10000 without a limit"`
	Mine       int64        `json:"mine" doc:"How many I have had"`
	PerUser    int64        `json:"per_user,omitempty" doc:"How many one person may have; absent without a limit"`
	Problem    string       `json:"problem,omitempty" doc:"Code of the reason why I cannot claim it: coupon_over, coupon_limit"`
}

// mostShown bounds the coupons of the centre.
const mostShown = 50

// Centre is the coupons that everybody can claim now, those first whose time ends first. userID 0 is nobody.
func (s *Service) Centre(ctx context.Context, userID int64, languages ...string) ([]CentreView, error) {
	tx := s.db.Read(ctx)
	coupons, err := s.claimable(tx)
	if err != nil {
		return nil, err
	}
	return viewCentre(tx, coupons, userID, languages)
}

// claimable is the coupons that everybody can claim now, those first whose time ends first.
func (s *Service) claimable(tx *gorm.DB) (coupons []model.Coupon, err error) {
	now := s.now.Now()
	err = tx.Where("access = ? AND status = ? AND claim_from <= ? AND claim_until > ?", model.CouponPublic, model.CouponActive, now, now).
		Where("valid_days > 0 OR valid_until > ?", now).
		Order("claim_until, id").Limit(mostShown).Find(&coupons).Error
	if err != nil {
		return nil, fmt.Errorf("coupons to claim: %w", err)
	}
	return coupons, nil
}

func viewCentre(tx *gorm.DB, coupons []model.Coupon, userID int64, languages []string) ([]CentreView, error) {
	views := make([]CentreView, 0, len(coupons))
	ids := make([]int64, len(coupons))
	for i, c := range coupons {
		ids[i] = c.ID
	}
	mine := map[int64]int64{}
	if userID != 0 && len(ids) > 0 {
		var rows []struct{ CouponID, N int64 }
		err := tx.Model(&model.CouponClaim{}).Select("coupon_id, MAX(n) AS n").
			Where("user_id = ? AND coupon_id IN ?", userID, ids).Group("coupon_id").Scan(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("coupons of user %d: %w", userID, err)
		}
		for _, r := range rows {
			mine[r.CouponID] = r.N
		}
	}
	levels, err := levelsOf(tx, coupons...)
	if err != nil {
		return nil, err
	}
	for _, c := range coupons {
		v := CentreView{
			CouponView: viewCoupon(c, levels, languages), ClaimUntil: c.ClaimUntil, LeftRate: model.FullRate,
			Mine: mine[c.ID], PerUser: c.PerUser,
		}
		if c.Total > 0 {
			v.LeftRate = (c.Total - c.Claimed) * model.FullRate / c.Total
			if c.Claimed < c.Total && v.LeftRate == 0 {
				v.LeftRate = 1
			}
		}
		switch {
		case c.PerUser > 0 && v.Mine >= c.PerUser:
			v.Problem = model.ErrCouponLimit.Code
		case c.Total > 0 && c.Claimed >= c.Total:
			v.Problem = model.ErrCouponOver.Code
		}
		views = append(views, v)
	}
	return views, nil
}

// ClaimView is a coupon of mine.
type ClaimView struct {
	No        string            `json:"no" doc:"Number of this coupon: what a checkout sends"`
	Coupon    CouponView        `json:"coupon"`
	Status    model.ClaimStatus `json:"status" enum:"claimed,locked,used,expired"`
	From      model.Millis      `json:"valid_from" doc:"UTC milliseconds"`
	Until     model.Millis      `json:"valid_until" doc:"UTC milliseconds, exclusive"`
	Early     bool              `json:"early,omitempty" doc:"It cannot be used yet"`
	UsedAt    model.Millis      `json:"used_at,omitempty"`
	ClaimedAt model.Millis      `json:"claimed_at"`
}

// claimRow is a claim with its coupon.
type claimRow struct {
	model.CouponClaim
	Coupon model.Coupon
	levels map[int]model.Text
}

// Mine lists a consumer's coupons in some states, newest first: those with an id below before, at most limit; before
// 0 starts at the newest. One whose time has passed counts as expired from that moment on. next is the before of the
// following page, or 0 at the end.
func (s *Service) Mine(
	ctx context.Context, userID int64, statuses []model.ClaimStatus, before int64, limit int, languages ...string,
) (views []ClaimView, next int64, err error) {
	tx, now := s.db.Read(ctx), s.now.Now()
	query := tx.Where("user_id = ?", userID)
	if len(statuses) > 0 {
		held := tx.Where("status IN ? AND status <> ?", statuses, model.ClaimHeld)
		for _, st := range statuses {
			switch st {
			case model.ClaimHeld:
				held = held.Or("status = ? AND valid_until > ?", model.ClaimHeld, now)
			case model.ClaimExpired:
				held = held.Or("status = ? AND valid_until <= ?", model.ClaimHeld, now)
			}
		}
		query = query.Where(held)
	}
	claims, next, err := database.Latest(query, before, limit, func(r model.CouponClaim) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("coupons of user %d: %w", userID, err)
	}
	rows, err := withCoupons(tx, claims)
	if err != nil {
		return nil, 0, err
	}
	for _, r := range rows {
		views = append(views, r.view(now, languages))
	}
	return views, next, nil
}

// Theirs lists the coupons that a customer has had, newest first, as Mine does. Errors: ErrCustomerNotFound.
func (s *Service) Theirs(
	ctx context.Context, customerNo string, before int64, limit int, languages ...string,
) (views []ClaimView, next int64, err error) {
	var u model.User
	if err := s.db.Read(ctx).Select("id").Where("no = ?", customerNo).Take(&u).Error; database.IsNotFound(err) {
		return nil, 0, model.ErrCustomerNotFound
	} else if err != nil {
		return nil, 0, fmt.Errorf("customer %s: %w", customerNo, err)
	}
	return s.Mine(ctx, u.ID, nil, before, limit, languages...)
}

func withCoupons(tx *gorm.DB, claims []model.CouponClaim) ([]claimRow, error) {
	ids := make([]int64, len(claims))
	for i, c := range claims {
		ids[i] = c.CouponID
	}
	var coupons []model.Coupon
	if err := tx.Where("id IN ?", ids).Find(&coupons).Error; err != nil {
		return nil, fmt.Errorf("coupons: %w", err)
	}
	byID := make(map[int64]model.Coupon, len(coupons))
	for _, c := range coupons {
		byID[c.ID] = c
	}
	levels, err := levelsOf(tx, coupons...)
	if err != nil {
		return nil, err
	}
	rows := make([]claimRow, len(claims))
	for i, c := range claims {
		rows[i] = claimRow{c, byID[c.CouponID], levels}
	}
	return rows, nil
}

func (r claimRow) view(now model.Millis, languages []string) ClaimView {
	c := r.CouponClaim
	v := ClaimView{
		No: c.No, Coupon: viewCoupon(r.Coupon, r.levels, languages), Status: c.Status, From: c.ValidFrom, Until: c.ValidUntil,
		Early: c.ValidFrom > now, UsedAt: c.UsedAt, ClaimedAt: c.CreatedAt,
	}
	if c.Status == model.ClaimHeld && c.ValidUntil <= now {
		v.Status = model.ClaimExpired
	}
	return v
}

// Claim gets a consumer one of a kind of coupon that everybody can have, once per key. Errors: ErrCouponNotFound;
// ErrCouponClosed, ErrCouponOver, ErrCouponLimit; ErrUnauthorized; ErrKeyReused.
func (s *Service) Claim(ctx context.Context, userID int64, key, no string, languages ...string) (ClaimView, error) {
	request := idem.Request{Owner: fmt.Sprintf("user:%d", userID), Key: key, Operation: "coupon.claim", Input: no}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (ClaimView, error) {
		if _, err := person.Lock(tx, userID); err != nil {
			return ClaimView{}, err
		}
		c, err := findCoupon(tx.Where("no = ? AND access = ?", no, model.CouponPublic))
		if err != nil {
			return ClaimView{}, err
		}
		claim, err := s.hand(tx, c, userID, model.CouponPublic)
		if err != nil {
			return ClaimView{}, err
		}
		return s.had(ctx, tx, "coupon.claim", claim, c, languages)
	})
}

// had concludes that a consumer has one coupon more: the log, and what they have.
func (s *Service) had(
	ctx context.Context, tx *gorm.DB, action string, claim model.CouponClaim, c model.Coupon, languages []string,
) (ClaimView, error) {
	levels, err := levelsOf(tx, c)
	if err != nil {
		return ClaimView{}, err
	}
	err = trail.Write(ctx, tx, action, trail.Subject{Kind: "coupon", No: c.No}, nil, map[string]any{"claim": claim.No, "n": claim.N})
	return claimRow{claim, c, levels}.view(s.now.Now(), languages), err
}

// Redeem gets a consumer the coupon of a code, once per key. Errors: ErrCouponCode, ErrCouponCodeUsed, and those of
// Claim.
func (s *Service) Redeem(ctx context.Context, userID int64, key, code string, languages ...string) (ClaimView, error) {
	hash := hashCode(code)
	request := idem.Request{Owner: fmt.Sprintf("user:%d", userID), Key: key, Operation: "coupon.redeem", Input: hash}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (ClaimView, error) {
		if _, err := person.Lock(tx, userID); err != nil {
			return ClaimView{}, err
		}
		claim, c, err := s.redeem(tx, userID, hash)
		if err != nil {
			return ClaimView{}, err
		}
		return s.had(ctx, tx, "coupon.redeem", claim, c, languages)
	})
}

func (s *Service) redeem(tx *gorm.DB, userID int64, hash string) (claim model.CouponClaim, c model.Coupon, err error) {
	var single model.CouponCode
	switch err := tx.Where("hash = ?", hash).Take(&single).Error; {
	case err == nil:
		if c, err = findCoupon(tx.Where("id = ?", single.CouponID)); err != nil {
			return claim, c, err
		}
		if claim, err = s.hand(tx, c, userID, model.CouponByCode); err != nil {
			return claim, c, err
		}
		res := tx.Model(&model.CouponCode{}).Where("id = ? AND claim_id = 0", single.ID).Update("claim_id", claim.ID)
		if res.Error != nil {
			return claim, c, fmt.Errorf("code of coupon %s: %w", c.No, res.Error)
		}
		if res.RowsAffected == 0 {
			return claim, c, model.ErrCouponCodeUsed.At("code")
		}
		return claim, c, nil
	case !database.IsNotFound(err):
		return claim, c, fmt.Errorf("code of a coupon: %w", err)
	}
	c, err = findCoupon(tx.Where("code_hash = ? AND access = ? AND status = ?", hash, model.CouponByCode, model.CouponActive).Order("id"))
	if err != nil {
		return claim, c, model.ErrCouponCode.At("code")
	}
	claim, err = s.hand(tx, c, userID, model.CouponByCode)
	return claim, c, err
}

func findCoupon(query *gorm.DB) (c model.Coupon, err error) {
	if err := query.Take(&c).Error; database.IsNotFound(err) {
		return c, model.ErrCouponNotFound
	} else if err != nil {
		return c, fmt.Errorf("coupon: %w", err)
	}
	return c, nil
}

// hand is the step by which a consumer whose row is locked gets one coupon more, if there is one, and they may have
// it. The coupon's row is taken first: who comes at the same time waits there. Errors: ErrCouponClosed,
// ErrCouponOver, ErrCouponLimit.
func (s *Service) hand(tx *gorm.DB, c model.Coupon, userID int64, access model.CouponAccess) (model.CouponClaim, error) {
	now := s.now.Now()
	query := tx.Model(&model.Coupon{}).Where("id = ? AND status = ?", c.ID, model.CouponActive).
		Where("total = 0 OR claimed < total").Where("valid_days > 0 OR valid_until > ?", now)
	if access != model.CouponIssued { // staff may hand it out before and after
		query = query.Where("claim_from <= ? AND claim_until > ?", now, now)
	}
	res := query.Update("claimed", gorm.Expr("claimed + 1"))
	if res.Error != nil {
		return model.CouponClaim{}, fmt.Errorf("coupon %s: %w", c.No, res.Error)
	}
	if res.RowsAffected == 0 {
		return model.CouponClaim{}, why(tx, c)
	}
	var had int64
	err := tx.Model(&model.CouponClaim{}).Where("coupon_id = ? AND user_id = ?", c.ID, userID).
		Select("COALESCE(MAX(n), 0)").Scan(&had).Error
	if err != nil {
		return model.CouponClaim{}, fmt.Errorf("coupons of user %d: %w", userID, err)
	}
	if c.PerUser > 0 && had >= c.PerUser {
		return model.CouponClaim{}, model.ErrCouponLimit.With("max", fmt.Sprint(c.PerUser))
	}
	claim := model.CouponClaim{
		No: s.newNo(), CouponID: c.ID, UserID: userID, N: had + 1, Status: model.ClaimHeld, Access: access,
		ValidFrom: c.ValidFrom, ValidUntil: c.ValidUntil,
	}
	if c.ValidDays > 0 {
		claim.ValidFrom, claim.ValidUntil = now, now.Add(time.Duration(c.ValidDays)*day)
	}
	if err := tx.Create(&claim).Error; database.IsDuplicate(err) {
		return model.CouponClaim{}, model.ErrConflict
	} else if err != nil {
		return model.CouponClaim{}, fmt.Errorf("coupon %s: %w", c.No, err)
	}
	return claim, nil
}

// why tells why a coupon was not handed out.
func why(tx *gorm.DB, c model.Coupon) error {
	now, err := findCoupon(tx.Where("id = ?", c.ID))
	switch {
	case err != nil:
		return err
	case now.Status == model.CouponActive && now.Total > 0 && now.Claimed >= now.Total:
		return model.ErrCouponOver
	}
	return model.ErrCouponClosed
}

// hashCode is what is kept of a code. Spaces, hyphens and the case of letters do not count: people type it.
func hashCode(code string) string {
	plain := strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, code)
	sum := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(sum[:])
}
