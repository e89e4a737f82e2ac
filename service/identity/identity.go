// Package identity knows who the consumers are: WeChat says so at sign-in, a signed token from then on.
package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"
	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/internal/person"
	"hutong/service/internal/trail"
	"hutong/service/seal"
	"hutong/wechat"
)

const (
	// remembered bounds the consumers whose id is known without a query.
	remembered = 100_000
	// believed is for how long one is not looked up again: so long a deleted account still works on other replicas.
	believed = 5 * time.Second
)

// Service has the use cases of consumers. Methods work for the brand of ctx.
type Service struct {
	db     *database.DB
	box    *seal.Box
	brands *brand.Service
	keys   Keys
	ttl    time.Duration
	now    model.Clock
	newNo  func() string
	ids    *otter.Cache[string, int64] // by number
}

// New makes the service. ttl is how long a sign-in is good.
func New(
	db *database.DB, box *seal.Box, brands *brand.Service, keys Keys, ttl time.Duration, now model.Clock, newNo func() string,
) *Service {
	return &Service{
		db: db, box: box, brands: brands, keys: keys, ttl: ttl, now: now, newNo: newNo,
		ids: otter.Must(&otter.Options[string, int64]{
			MaximumSize: remembered, ExpiryCalculator: otter.ExpiryWriting[string, int64](believed),
		}),
	}
}

// Session is a sign-in.
type Session struct {
	Token     string       `json:"token" doc:"Send it as Authorization: Bearer"`
	ExpiresAt model.Millis `json:"expires_at" doc:"UTC milliseconds; sign in again, silently, before or after"`
	User      Me           `json:"user"`
}

// Me is a consumer as they see themselves.
type Me struct {
	No        string       `json:"no" doc:"The consumer's number"`
	Language  string       `json:"language" doc:"BCP 47 tag, in which messages are sent"`
	Phone     string       `json:"phone,omitempty" doc:"Masked; absent until given" example:"138****8000"`
	CreatedAt model.Millis `json:"created_at" doc:"UTC milliseconds of the first sign-in"`
}

func view(u model.User) Me {
	return Me{No: u.No, Language: u.Language, Phone: u.PhoneMasked, CreatedAt: u.CreatedAt}
}

// Login signs in whoever a wx.login code belongs to; the first time it makes the consumer, who then reads
// this language. Errors: those of wechat.Client.Login.
func (s *Service) Login(ctx context.Context, code, language string) (Session, error) {
	brandID, client, err := s.client(ctx)
	if err != nil {
		return Session{}, err
	}
	login, err := client.Login(ctx, code)
	if err != nil {
		return Session{}, err
	}
	appID, _ := client.Merchant()
	no := s.newNo()
	var u model.User
	known := func(tx *gorm.DB) error {
		var err error
		if u, err = findOrCreate(tx, model.User{No: no, AppID: appID, OpenID: login.OpenID, Language: language}); err != nil {
			return err
		}
		if u.No == no {
			if err := logged(ctx, tx, u, "consumer.join", nil, nil); err != nil {
				return err
			}
		} else if _, err := person.Lock(tx, u.ID); err != nil { // nothing is written to an account that was deleted
			return err
		}
		return s.loggedIn(tx, u, login)
	}
	if err = s.db.InTx(ctx, known); errors.Is(err, model.ErrUnauthorized) { // deleted in between: they are somebody new
		err = s.db.InTx(ctx, known)
	}
	if err != nil {
		return Session{}, err
	}
	now := s.now()
	token, err := s.keys.sign(brandID, u.No, now, s.ttl)
	if err != nil {
		return Session{}, err
	}
	return Session{Token: token, ExpiresAt: model.At(now.Add(s.ttl)), User: view(u)}, nil
}

// findOrCreate is the consumer of an app with an openid; the unique key decides who makes a new one.
func findOrCreate(tx *gorm.DB, fresh model.User) (u model.User, err error) {
	find := func() error {
		return tx.Where("app_id = ? AND openid = ?", fresh.AppID, fresh.OpenID).Take(&u).Error
	}
	if err = find(); database.IsNotFound(err) {
		created := fresh
		if err = tx.Create(&created).Error; err == nil {
			return created, nil
		}
		if database.IsDuplicate(err) {
			err = find()
		}
	}
	if err != nil {
		return model.User{}, fmt.Errorf("consumer: %w", err)
	}
	return u, nil
}

// loggedIn keeps what WeChat said at a sign-in.
func (s *Service) loggedIn(tx *gorm.DB, u model.User, login wechat.Login) error {
	sealed, err := s.box.Seal(login.SessionKey, place(u.No, "session_key"))
	if err != nil {
		return err
	}
	columns := map[string]any{"session_key_sealed": sealed, "last_seen_at": s.now.Now()}
	if login.UnionID != "" {
		columns["unionid"] = login.UnionID
	}
	return update(tx, u.ID, columns)
}

// place is where a consumer's secret belongs: it opens nowhere else.
func place(userNo, name string) string { return "user:" + userNo + "/" + name }

func update(tx *gorm.DB, userID int64, columns map[string]any) error {
	res := tx.Model(&model.User{}).Where("id = ?", userID).Updates(columns)
	if res.Error != nil {
		return fmt.Errorf("user %d: %w", userID, res.Error)
	}
	if res.RowsAffected == 0 {
		return fmt.Errorf("user %d: %w", userID, model.ErrUnauthorized)
	}
	return nil
}

// client is WeChat for the brand of ctx.
func (s *Service) client(ctx context.Context) (brandID int64, c wechat.Client, err error) {
	brandID, ok := model.BrandID(ctx)
	if !ok {
		return 0, nil, database.ErrNoBrand
	}
	c, err = s.brands.Client(ctx, brandID)
	return brandID, c, err
}

// Forget is called after an account was deleted: here its token is refused at once.
func (s *Service) Forget(userNo string) { s.ids.Invalidate(userNo) }

// Authenticate tells which consumer of a brand a token belongs to. For some seconds it needs no query.
// Errors: ErrSessionExpired; ErrUnauthorized, for another brand's token as well.
func (s *Service) Authenticate(ctx context.Context, brandID int64, token string) (userID int64, err error) {
	no, err := s.keys.verify(brandID, token, s.now)
	if err != nil {
		return 0, err
	}
	if id, ok := s.ids.GetIfPresent(no); ok {
		return id, nil
	}
	var u model.User
	err = s.db.Read(model.WithBrand(ctx, brandID)).Select("id").Where("no = ? AND deleted_at = 0", no).Take(&u).Error
	if database.IsNotFound(err) {
		return 0, model.ErrUnauthorized
	}
	if err != nil {
		return 0, fmt.Errorf("user %s: %w", no, err)
	}
	s.ids.Set(no, u.ID)
	return u.ID, nil
}

// Me is the consumer themselves. Errors: ErrUnauthorized when they are gone.
func (s *Service) Me(ctx context.Context, userID int64) (Me, error) {
	u, err := find(s.db.Read(ctx), userID)
	return view(u), err
}

// Phone is a consumer's phone number in full, with + and its country code; "" when it was not given.
func (s *Service) Phone(ctx context.Context, userID int64) (string, error) {
	u, err := find(s.db.Read(ctx), userID)
	if err != nil || len(u.PhoneSealed) == 0 {
		return "", err
	}
	return s.box.Open(u.PhoneSealed, place(u.No, "phone"))
}

func find(tx *gorm.DB, userID int64) (u model.User, err error) {
	err = tx.Where("id = ?", userID).Take(&u).Error
	if database.IsNotFound(err) {
		return u, model.ErrUnauthorized
	}
	if err != nil {
		return u, fmt.Errorf("user %d: %w", userID, err)
	}
	return u, nil
}

// SetLanguage chooses the language that messages to the consumer are written in. Errors: ErrNotOneOf at
// "language" for one that the brand does not speak.
func (s *Service) SetLanguage(ctx context.Context, userID int64, language string) (Me, error) {
	brandID, _ := model.BrandID(ctx)
	b, err := s.brands.ByID(ctx, brandID)
	if err != nil {
		return Me{}, err
	}
	if !slices.Contains(b.Languages, language) {
		return Me{}, model.ErrNotOneOf.At("language").With("values", strings.Join(b.Languages, ", "))
	}
	return s.change(ctx, userID, "consumer.language", func(model.User) (map[string]any, error) {
		return map[string]any{"language": language}, nil
	})
}

// SetPhone keeps the phone number that a code of the phone-number button stands for: sealed, and masked for
// show. Errors: those of wechat.Client.Phone.
func (s *Service) SetPhone(ctx context.Context, userID int64, code string) (Me, error) {
	_, client, err := s.client(ctx)
	if err != nil {
		return Me{}, err
	}
	phone, err := client.Phone(ctx, code)
	if err != nil {
		return Me{}, err
	}
	return s.change(ctx, userID, "consumer.phone", func(u model.User) (map[string]any, error) {
		sealed, err := s.box.Seal("+"+phone.CountryCode+phone.Number, place(u.No, "phone"))
		return map[string]any{"phone_sealed": sealed, "phone_masked": model.MaskPhone(phone.Number)}, err
	})
}

// change writes some columns of a consumer, logs that as an action, and tells what they are then.
func (s *Service) change(
	ctx context.Context, userID int64, action string, columns func(model.User) (map[string]any, error),
) (me Me, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		u, err := person.Lock(tx, userID)
		if err != nil {
			return err
		}
		changed, err := columns(u)
		if err != nil {
			return err
		}
		if err := update(tx, userID, changed); err != nil {
			return err
		}
		before := u
		if u, err = find(tx, userID); err != nil {
			return err
		}
		me = view(u)
		return logged(ctx, tx, u, action, shown(before), shown(u))
	})
	return me, err
}

// shown is what the log says of a consumer: that there is a phone number, not which.
func shown(u model.User) map[string]any {
	return map[string]any{"language": u.Language, "phone": u.PhoneMasked != ""}
}

// logged writes what a consumer did to their own account. At the first sign-in nobody is known as yet who acts.
func logged(ctx context.Context, tx *gorm.DB, u model.User, action string, before, after any) error {
	a := model.ActorOf(ctx)
	a.Kind, a.No = model.ActorConsumer, strconv.FormatInt(u.ID, 10)
	return trail.Write(model.WithActor(ctx, a), tx, action, trail.Subject{Kind: "consumer", No: u.No}, before, after)
}
