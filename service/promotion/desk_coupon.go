package promotion

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/idem"
	"hutong/service/internal/trail"
)

// CouponDeskView is a kind of coupon as staff see it.
type CouponDeskView struct {
	No        string             `json:"no"`
	Status    model.CouponStatus `json:"status" enum:"active,paused,stopped"`
	Claimed   int64              `json:"claimed" doc:"How many consumers have had"`
	Held      int64              `json:"held,omitempty" doc:"Of these, those that can be used; in the detail only"`
	Locked    int64              `json:"locked,omitempty" doc:"Those in orders that are not paid; in the detail only"`
	Used      int64              `json:"used,omitempty" doc:"Those that were used; in the detail only"`
	Expired   int64              `json:"expired,omitempty" doc:"Those whose time has passed; in the detail only"`
	HasCode   bool               `json:"has_code,omitempty" doc:"One code is good for everybody"`
	Codes     int64              `json:"codes,omitempty" doc:"Codes that are each good once; in the detail only"`
	Numbers   *Numbers           `json:"numbers,omitempty" doc:"In the detail only"`
	CreatedAt model.Millis       `json:"created_at"`
	UpdatedAt model.Millis       `json:"updated_at"`
	Named     Named              `json:"named" doc:"What conditions and effect name, as people call it"`
	CouponSpec
}

// terms is what the audit log keeps of a coupon.
func (v CouponDeskView) terms() CouponDeskView {
	v.Named = Named{}
	return v
}

// ListCoupons is the kinds of coupon of ctx's brand, newest first: those with an id below before, at most limit;
// before 0 starts at the newest. next is the before of the following page, or 0 at the end.
func (s *Service) ListCoupons(
	ctx context.Context, statuses []model.CouponStatus, before int64, limit int,
) (views []CouponDeskView, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx
	if len(statuses) > 0 {
		query = query.Where("status IN ?", statuses)
	}
	rows, next, err := database.Latest(query, before, limit, func(r model.Coupon) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("coupons: %w", err)
	}
	views, err = deskCoupons(tx, rows)
	return views, next, err
}

// GetCoupon is one kind of coupon with its numbers. Errors: ErrCouponNotFound.
func (s *Service) GetCoupon(ctx context.Context, no string) (CouponDeskView, error) {
	tx := s.db.Read(ctx)
	c, err := findCoupon(tx.Where("no = ?", no))
	if err != nil {
		return CouponDeskView{}, err
	}
	views, err := deskCoupons(tx, []model.Coupon{c})
	if err != nil {
		return CouponDeskView{}, err
	}
	v := views[0]
	var counts []struct {
		Status model.ClaimStatus
		N      int64
	}
	err = tx.Model(&model.CouponClaim{}).Select("status, COUNT(*) AS n").Where("coupon_id = ?", c.ID).Group("status").Scan(&counts).Error
	if err != nil {
		return CouponDeskView{}, fmt.Errorf("numbers of coupon %s: %w", no, err)
	}
	into := map[model.ClaimStatus]*int64{
		model.ClaimHeld: &v.Held, model.ClaimLocked: &v.Locked, model.ClaimUsed: &v.Used, model.ClaimExpired: &v.Expired,
	}
	for _, n := range counts {
		*into[n.Status] = n.N
	}
	var over int64 // which nothing has ended yet
	err = tx.Model(&model.CouponClaim{}).Where("coupon_id = ? AND status = ? AND valid_until <= ?", c.ID, model.ClaimHeld, s.now.Now()).Count(&over).Error
	if err != nil {
		return CouponDeskView{}, fmt.Errorf("numbers of coupon %s: %w", no, err)
	}
	v.Held, v.Expired = v.Held-over, v.Expired+over
	if err := tx.Model(&model.CouponCode{}).Where("coupon_id = ?", c.ID).Count(&v.Codes).Error; err != nil {
		return CouponDeskView{}, fmt.Errorf("codes of coupon %s: %w", no, err)
	}
	claims := tx.Model(&model.CouponClaim{}).Select("CONCAT(?, id)", sourceClaim).Where("coupon_id = ?", c.ID)
	v.Numbers, err = numbers(tx, "source IN (?)", claims)
	return v, err
}

func deskCoupons(tx *gorm.DB, rows []model.Coupon) ([]CouponDeskView, error) {
	var conditions []model.Conditions
	var effects []model.Effect
	for _, r := range rows {
		conditions, effects = append(conditions, r.Conditions), append(effects, r.Effect)
	}
	n, err := inside(tx, conditions, effects)
	if err != nil {
		return nil, err
	}
	views := make([]CouponDeskView, len(rows))
	for i, r := range rows {
		v := CouponDeskView{
			No: r.No, Status: r.Status, Claimed: r.Claimed, HasCode: r.CodeHash != "", CreatedAt: r.CreatedAt,
			UpdatedAt: r.UpdatedAt, CouponSpec: CouponSpec{
				Name: r.Name, Access: r.Access, Stackable: r.Stackable, Back: r.Back, Total: r.Total, PerUser: r.PerUser,
				ClaimFrom: r.ClaimFrom, ClaimUntil: r.ClaimUntil, ValidFrom: r.ValidFrom, ValidUntil: r.ValidUntil,
				ValidDays: r.ValidDays,
			},
		}
		v.Conditions, v.Effect = n.specs(r.Conditions, r.Effect)
		v.Named = n.told.of(v.Conditions, v.Effect)
		views[i] = v
	}
	return views, nil
}

// CreateCoupon makes a kind of coupon, active from the beginning, once per key. Errors: model.Errs; ErrInvalid at
// "code" when another coupon that is active has it; ErrKeyReused.
func (s *Service) CreateCoupon(ctx context.Context, key string, spec CouponSpec) (CouponDeskView, error) {
	if err := spec.check(); err != nil {
		return CouponDeskView{}, err
	}
	request := idem.Request{Owner: "staff:" + model.ActorOf(ctx).No, Key: key, Operation: "coupon.create", Input: spec.hashed()}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (CouponDeskView, error) {
		c := model.Coupon{No: s.newNo(), Status: model.CouponActive, Access: spec.Access}
		if err := spec.fill(tx, &c); err != nil {
			return CouponDeskView{}, err
		}
		if err := tx.Create(&c).Error; err != nil {
			return CouponDeskView{}, fmt.Errorf("coupon: %w", err)
		}
		if err := catalogue.Changed(tx); err != nil { // the first one has everybody's quotes look for coupons
			return CouponDeskView{}, err
		}
		if err := codeIsFree(tx, c); err != nil { // after the brand's row: who comes at the same time waits there
			return CouponDeskView{}, err
		}
		return writtenCoupon(ctx, tx, "coupon.create", c.No, nil)
	})
}

// hashed is the spec without the code in clear.
func (s CouponSpec) hashed() CouponSpec {
	if s.Code != "" {
		s.Code = hashCode(s.Code)
	}
	return s
}

func (s CouponSpec) fill(tx *gorm.DB, c *model.Coupon) error {
	n, err := outside(tx, s.Conditions, s.Effect)
	if err != nil {
		return err
	}
	if c.Conditions, c.Effect, err = n.rows(s.Conditions, s.Effect); err != nil {
		return err
	}
	if s.Code != "" {
		c.CodeHash = hashCode(s.Code)
	}
	c.Name, c.Stackable, c.Back, c.Total, c.PerUser = s.Name, s.Stackable, s.Back, s.Total, s.PerUser
	c.ClaimFrom, c.ClaimUntil, c.ValidFrom, c.ValidUntil, c.ValidDays = s.ClaimFrom, s.ClaimUntil, s.ValidFrom, s.ValidUntil, s.ValidDays
	return nil
}

// codeIsFree makes sure that a code stands for one coupon. Errors: ErrInvalid at "code".
func codeIsFree(tx *gorm.DB, c model.Coupon) error {
	if c.CodeHash == "" {
		return nil
	}
	var others, single int64
	err := tx.Model(&model.Coupon{}).Where("code_hash = ? AND id <> ? AND status <> ?", c.CodeHash, c.ID, model.CouponStopped).Count(&others).Error
	if err != nil {
		return fmt.Errorf("code of coupon %s: %w", c.No, err)
	}
	if err := tx.Model(&model.CouponCode{}).Where("hash = ?", c.CodeHash).Count(&single).Error; err != nil {
		return fmt.Errorf("code of coupon %s: %w", c.No, err)
	}
	if others+single > 0 {
		return model.ErrInvalid.At("code")
	}
	return nil
}

func writtenCoupon(ctx context.Context, tx *gorm.DB, action, no string, before any) (CouponDeskView, error) {
	c, err := findCoupon(tx.Where("no = ?", no))
	if err != nil {
		return CouponDeskView{}, err
	}
	views, err := deskCoupons(tx, []model.Coupon{c})
	if err != nil {
		return CouponDeskView{}, err
	}
	return views[0], trail.Write(ctx, tx, action, trail.Subject{Kind: "coupon", No: no}, before, views[0].terms())
}

// ChangeCoupon makes a kind of coupon what a spec says. What a coupon does changes for those who have one too; how
// long theirs are good does not. Errors: model.Errs; ErrCouponNotFound; ErrWrongState when it was stopped; ErrInvalid
// at "access" when that would change; ErrQuotaTaken at "total" when consumers have more than there would be.
func (s *Service) ChangeCoupon(ctx context.Context, no string, spec CouponSpec) (v CouponDeskView, err error) {
	if err := spec.check(); err != nil {
		return CouponDeskView{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := catalogue.Changed(tx); err != nil {
			return err
		}
		c, err := findCoupon(tx.Clauses(forUpdate).Where("no = ?", no))
		if err != nil {
			return err
		}
		before, err := deskCoupons(tx, []model.Coupon{c})
		if err != nil {
			return err
		}
		switch {
		case c.Access != spec.Access:
			return model.ErrInvalid.At("access")
		case c.Status == model.CouponStopped:
			return model.ErrWrongState
		}
		if err := spec.fill(tx, &c); err != nil {
			return err
		}
		if err := codeIsFree(tx, c); err != nil {
			return err
		}
		res := tx.Model(&model.Coupon{}).Where("id = ? AND (? = 0 OR claimed <= ?)", c.ID, c.Total, c.Total).Updates(map[string]any{
			"name": c.Name, "code_hash": c.CodeHash, "conditions": c.Conditions, "effect": c.Effect, "stackable": c.Stackable,
			"back": c.Back, "total": c.Total, "per_user": c.PerUser, "claim_from": c.ClaimFrom, "claim_until": c.ClaimUntil,
			"valid_from": c.ValidFrom, "valid_until": c.ValidUntil, "valid_days": c.ValidDays,
		})
		if res.Error != nil {
			return fmt.Errorf("coupon %s: %w", no, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrQuotaTaken.At("total").With("min", fmt.Sprint(c.Claimed))
		}
		v, err = writtenCoupon(ctx, tx, "coupon.change", no, before[0].terms())
		return err
	})
	return v, err
}

// MoveCoupon pauses a kind of coupon, has it go on, or stops it for good. Those that consumers have stay good.
// Errors: ErrCouponNotFound, ErrWrongState.
func (s *Service) MoveCoupon(ctx context.Context, no string, to model.CouponStatus) (v CouponDeskView, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		c, err := findCoupon(tx.Where("no = ?", no))
		if err != nil {
			return err
		}
		if err := flow.Advance[model.Coupon](tx, model.CouponFlow, c.ID, to, nil); err != nil {
			return err
		}
		v, err = writtenCoupon(ctx, tx, "coupon."+string(to), no, map[string]any{"status": c.Status})
		return err
	})
	return v, err
}

// Codes are new codes of a kind of coupon. They are told this once: only their hashes are kept.
type Codes struct {
	Codes []string `json:"codes" doc:"Each is good for one coupon of one person. They are told this once"`
}

const (
	// mostCodes bounds the codes that are made at once.
	mostCodes = 1000
	// codeLetters leaves out what looks like something else. 32 of them, twelve times: 60 bits.
	codeLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
)

// NewCodes makes codes that are each good for one coupon. Errors: ErrCouponNotFound; ErrOutOfRange; ErrWrongState when
// the coupon is not had by codes of their own, or was stopped.
func (s *Service) NewCodes(ctx context.Context, no string, n int) (out Codes, err error) {
	if n < 1 || n > mostCodes {
		return Codes{}, model.ErrOutOfRange.At("count").With("min", "1").With("max", fmt.Sprint(mostCodes))
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		c, err := findCoupon(tx.Clauses(forUpdate).Where("no = ?", no))
		if err != nil {
			return err
		}
		if c.Access != model.CouponByCode || c.CodeHash != "" || c.Status == model.CouponStopped {
			return model.ErrWrongState
		}
		out = Codes{Codes: make([]string, n)}
		rows := make([]model.CouponCode, n)
		for i := range rows {
			out.Codes[i] = newCode()
			rows[i] = model.CouponCode{CouponID: c.ID, Hash: hashCode(out.Codes[i])}
		}
		if err := tx.CreateInBatches(&rows, 200).Error; err != nil {
			return fmt.Errorf("codes of coupon %s: %w", no, err)
		}
		return trail.Write(ctx, tx, "coupon.codes", trail.Subject{Kind: "coupon", No: no}, nil, map[string]any{"count": n})
	})
	return out, err
}

// newCode is a code such as 7KQ2-M9XA-4TRW.
func newCode() string {
	raw := make([]byte, 12)
	_, _ = rand.Read(raw) // never fails
	var b strings.Builder
	for i, r := range raw {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(codeLetters[int(r)%len(codeLetters)])
	}
	return b.String()
}
