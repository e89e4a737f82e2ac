package privacy

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/picture"
)

// gather adds what has no list of its own.
func (e *Export) gather(tx *gorm.DB, userID int64) error {
	mine := func() *gorm.DB { return tx.Where("user_id = ?", userID).Order("id").Limit(mostExported) }
	e.Addresses, e.AfterSales, e.Messages, e.Leaves, e.Log = []model.Place{}, []CaseExport{}, []MessageExport{}, []LeaveExport{}, []LogExport{}
	var u model.User
	if err := tx.Select("openid", "unionid").Where("id = ?", userID).Take(&u).Error; err != nil {
		return fmt.Errorf("user %d: %w", userID, err)
	}
	e.Account.OpenID, e.Account.UnionID = u.OpenID, u.UnionID
	if err := mine().Model(&model.Address{}).Pluck("place", &e.Addresses).Error; err != nil {
		return fmt.Errorf("addresses: %w", err)
	}
	var photos []string
	if err := mine().Model(&model.Photo{}).Pluck("no", &photos).Error; err != nil {
		return fmt.Errorf("photos: %w", err)
	}
	shown, err := picture.Show(tx, photos)
	if err != nil {
		return err
	}
	e.Pictures = picture.Pick(shown, photos)
	if err := e.things(tx, userID); err != nil {
		return err
	}
	if err := e.trade(tx, userID); err != nil {
		return err
	}
	return e.events(tx, mine, userID)
}

// things are what a consumer has kept of the catalogue.
func (e *Export) things(tx *gorm.DB, userID int64) error {
	for _, k := range []struct {
		table, at, quantity, on string
		into                    *[]ThingExport
	}{
		{"cart_lines", "updated_at", "t.quantity", "JOIN skus k ON k.brand_id = t.brand_id AND k.id = t.sku_id JOIN products p ON p.brand_id = t.brand_id AND p.id = k.product_id", &e.Cart},
		{"favourites", "created_at", "0", "JOIN products p ON p.brand_id = t.brand_id AND p.id = t.product_id", &e.Favourites},
		{"seen_products", "seen_at", "0", "JOIN products p ON p.brand_id = t.brand_id AND p.id = t.product_id", &e.History},
	} {
		brandID, _ := model.BrandID(tx.Statement.Context)
		*k.into = []ThingExport{}
		err := tx.Raw("SELECT p.handle AS product, "+k.quantity+" AS quantity, t."+k.at+" AS at FROM "+k.table+" t "+k.on+
			" WHERE t.brand_id = ? AND t.user_id = ? ORDER BY t.id LIMIT ?", brandID, userID, mostExported).Scan(k.into).Error
		if err != nil {
			return fmt.Errorf("%s: %w", k.table, err)
		}
	}
	return nil
}

// events are what has happened with a consumer.
func (e *Export) events(tx *gorm.DB, mine func() *gorm.DB, userID int64) error {
	var cases []model.AfterSale
	if err := mine().Find(&cases).Error; err != nil {
		return fmt.Errorf("after-sale cases: %w", err)
	}
	logs, err := logsOf(tx, cases)
	if err != nil {
		return err
	}
	for _, c := range cases {
		e.AfterSales = append(e.AfterSales, CaseExport{c.No, c.Kind, c.Status, c.Reason, c.Words, c.AmountFen, c.CreatedAt, logs[c.ID]})
	}
	var messages []model.Message
	if err := mine().Find(&messages).Error; err != nil {
		return fmt.Errorf("messages: %w", err)
	}
	for _, m := range messages {
		e.Messages = append(e.Messages, MessageExport{m.Event, m.Status, m.CreatedAt})
	}
	if err := mine().Model(&model.MessageGrant{}).Select("template_id AS template", "remaining").Scan(&e.Leaves).Error; err != nil {
		return fmt.Errorf("leaves: %w", err)
	}
	e.Visits = []VisitExport{}
	err = tx.Model(&model.GroupVisit{}).Select("small_groups.no AS "+"`group`"+", group_visits.views, group_visits.created_at AS at").
		Joins("JOIN small_groups ON small_groups.brand_id = group_visits.brand_id AND small_groups.id = group_visits.group_id").
		Where("group_visits.user_id = ?", userID).Order("group_visits.id").Limit(mostExported).Scan(&e.Visits).Error
	if err != nil {
		return fmt.Errorf("visits: %w", err)
	}
	var log []model.AuditEntry
	err = tx.Where("actor_kind = ? AND actor_no = ?", model.ActorConsumer, fmt.Sprint(userID)).Order("id").Limit(mostExported).Find(&log).Error
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	for _, l := range log {
		e.Log = append(e.Log, LogExport{l.Action, l.SubjectKind + " " + l.SubjectNo, l.Address, l.CreatedAt})
	}
	return nil
}

// logsOf are the moves of cases, by the case.
func logsOf(tx *gorm.DB, cases []model.AfterSale) (map[int64][]CaseEventExport, error) {
	logs := map[int64][]CaseEventExport{}
	for some := range slices.Chunk(cases, onePage) {
		ids := make([]int64, len(some))
		for i, c := range some {
			ids[i] = c.ID
		}
		var events []model.AfterSaleEvent
		if err := tx.Where("after_sale_id IN ?", ids).Order("id").Find(&events).Error; err != nil {
			return nil, fmt.Errorf("moves of after-sale cases: %w", err)
		}
		for _, e := range events {
			by, _, _ := strings.Cut(e.Actor, ":") // which member of staff is nobody's business outside
			logs[e.AfterSaleID] = append(logs[e.AfterSaleID], CaseEventExport{e.ToState, by, e.Words, e.CreatedAt})
		}
	}
	return logs, nil
}
