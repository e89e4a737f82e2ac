package aftersale

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/picture"
)

// View is a case.
type View struct {
	No              string                `json:"no"`
	OrderNo         string                `json:"order"`
	Kind            model.AfterSaleKind   `json:"kind" enum:"refund,return,exchange"`
	Status          model.AfterSaleStatus `json:"status" enum:"applied,agreed,sending,received,resending,refunding,done,refused,withdrawn,escalated"`
	DeadlineAt      model.Millis          `json:"deadline_at,omitempty" doc:"When it goes on by itself, or until when a refusal can be decided again; UTC milliseconds"`
	Reason          string                `json:"reason" doc:"Code"`
	Words           string                `json:"words,omitempty"`
	Pictures        []picture.View        `json:"pictures"`
	Lines           []LineView            `json:"lines"`
	AmountFen       model.Fen             `json:"amount_fen" doc:"What would go back, or does"`
	CompensationFen model.Fen             `json:"compensation_fen,omitempty" doc:"Promised for the way back besides, by other means than WeChat's refund"`
	CompensatedAt   model.Millis          `json:"compensated_at,omitempty"`
	ReturnPlace     *model.ReturnPlace    `json:"return_place,omitempty" doc:"Where the goods are to be sent"`
	ReturnParcel    *Parcel               `json:"return_parcel,omitempty"`
	ResentParcel    *Parcel               `json:"resent_parcel,omitempty"`
	SentMeanwhile   bool                  `json:"sent_meanwhile,omitempty" doc:"Goods that had not been sent when their money was asked for are on their way now, and it is not decided"`
	Restricted      bool                  `json:"restricted,omitempty" doc:"The consumer has had their account deleted: nothing that they said or showed is shown"`
	CreatedAt       model.Millis          `json:"created_at"`
	Refunds         []RefundView          `json:"refunds,omitempty" doc:"In the detail only"`
	Events          []EventView           `json:"events,omitempty" doc:"Its life so far; in the detail only"`
}

// LineView is what a case is about.
type LineView struct {
	Line      int       `json:"line" doc:"Position of the order's line, from 0"`
	Title     string    `json:"title"`
	Choice    string    `json:"choice"`
	Picture   string    `json:"picture"`
	Quantity  int       `json:"quantity"`
	AmountFen model.Fen `json:"amount_fen" doc:"What the pieces bring, without freight and tax"`
	NewSKU    string    `json:"new_sku,omitempty" doc:"Of an exchange: number of the SKU that is sent instead"`
	Unsent    bool      `json:"unsent,omitempty" doc:"The pieces had not been sent when they were asked for"`
	Restock   int       `json:"restock,omitempty" doc:"Pieces that came back and can be sold again"`
}

// EventView is one move of a case.
type EventView struct {
	From     model.AfterSaleStatus `json:"from,omitempty"`
	To       model.AfterSaleStatus `json:"to"`
	Actor    string                `json:"actor" doc:"consumer, staff, wechat or job"`
	Reason   string                `json:"reason,omitempty" doc:"Code"`
	Words    string                `json:"words,omitempty"`
	Pictures []picture.View        `json:"pictures,omitempty"`
	At       model.Millis          `json:"at"`
}

// RefundView is the money of a case on its way.
type RefundView struct {
	No          string             `json:"no"`
	Status      model.RefundStatus `json:"status"`
	AmountFen   model.Fen          `json:"amount_fen"`
	FreightFen  model.Fen          `json:"freight_fen"`
	TaxFen      model.Fen          `json:"tax_fen"`
	SucceededAt model.Millis       `json:"succeeded_at,omitempty"`
}

// detail is a case with its refunds and its life. Only staff are told which of them it was.
func detail(tx *gorm.DB, c *model.AfterSale, languages []string, staff bool) (View, error) {
	views, err := viewsOf(tx, []*model.AfterSale{c}, languages)
	if err != nil {
		return View{}, err
	}
	v := views[0]
	var events []model.AfterSaleEvent
	if err := tx.Where("after_sale_id = ?", c.ID).Order("id").Find(&events).Error; err != nil {
		return View{}, fmt.Errorf("events of case %s: %w", c.No, err)
	}
	var nos []string
	for _, e := range events {
		nos = append(nos, e.Pictures...)
	}
	shown, err := picture.Show(tx, nos)
	if err != nil {
		return View{}, err
	}
	for _, e := range events {
		actor := e.Actor
		kind, _, _ := strings.Cut(actor, ":")
		if !staff {
			actor = kind
		}
		if v.Restricted && kind == string(model.ActorConsumer) {
			e.Words, e.Pictures = "", nil
		}
		v.Events = append(v.Events, EventView{
			From: e.FromState, To: e.ToState, Actor: actor, Reason: e.Reason, Words: e.Words, Pictures: picture.Pick(shown, e.Pictures), At: e.CreatedAt,
		})
	}
	var refunds []model.Refund
	if err := tx.Where("order_id = ? AND after_sale_id = ?", c.OrderID, c.ID).Order("id").Find(&refunds).Error; err != nil {
		return View{}, fmt.Errorf("refunds of case %s: %w", c.No, err)
	}
	for _, r := range refunds {
		v.Refunds = append(v.Refunds, RefundView{r.No, r.Status, r.AmountFen, r.FreightFen, r.TaxFen, r.SucceededAt})
	}
	return v, nil
}

// viewsOf are cases with their lines, with one query for each kind of row.
func viewsOf(tx *gorm.DB, cases []*model.AfterSale, languages []string) ([]View, error) {
	of, err := loadAround(tx, cases)
	if err != nil {
		return nil, err
	}
	views := make([]View, len(cases))
	for i, c := range cases {
		v := View{
			No: c.No, OrderNo: of.orders[c.OrderID], Kind: c.Kind, Status: c.Status, DeadlineAt: c.DeadlineAt, Reason: c.Reason,
			Words: c.Words, Pictures: picture.Pick(of.pictures, c.Pictures), Lines: []LineView{}, AmountFen: c.AmountFen,
			CompensationFen: c.CompensationFen, CompensatedAt: c.CompensatedAt,
			ReturnParcel: parcelOf(c.ReturnParcel), ResentParcel: parcelOf(c.ResentParcel), CreatedAt: c.CreatedAt,
		}
		if v.Restricted = of.gone[c.UserID]; v.Restricted {
			v.Words, v.Pictures = "", []picture.View{}
		}
		if c.ReturnPlace.Known() {
			v.ReturnPlace = &c.ReturnPlace
		}
		undecided := c.Status == model.AfterSaleApplied || c.Status == model.AfterSaleEscalated
		for _, l := range of.lines[c.ID] {
			bought := of.bought[l.OrderLineID]
			v.Lines = append(v.Lines, LineView{
				Line: bought.Position, Title: bought.Title.In(languages...), Choice: bought.Choice.In(languages...),
				Picture: bought.Picture, Quantity: l.Quantity, AmountFen: l.AmountFen, NewSKU: of.skus[l.NewSKUID],
				Unsent: l.Unsent, Restock: l.Restock,
			})
			v.SentMeanwhile = v.SentMeanwhile || undecided && sentMeanwhile(l, bought)
		}
		views[i] = v
	}
	return views, nil
}

func parcelOf(l model.ParcelLabel) *Parcel {
	if l.Waybill == "" {
		return nil
	}
	return &Parcel{l.Carrier, l.Waybill}
}

// around is what cases refer to, by id.
type around struct {
	orders map[int64]string // numbers
	lines  map[int64][]model.AfterSaleLine
	bought map[int64]model.OrderLine
	skus   map[int64]string // numbers
	gone   map[int64]bool   // consumers who have had their account deleted

	pictures map[string]picture.View // by number
}

func loadAround(tx *gorm.DB, cases []*model.AfterSale) (around, error) {
	of := around{
		orders: map[int64]string{}, lines: map[int64][]model.AfterSaleLine{}, bought: map[int64]model.OrderLine{}, skus: map[int64]string{},
		gone: map[int64]bool{},
	}
	var caseIDs, orderIDs, userIDs, boughtIDs, skuIDs, gone []int64
	var pictures []string
	for _, c := range cases {
		caseIDs, orderIDs, userIDs = append(caseIDs, c.ID), append(orderIDs, c.OrderID), append(userIDs, c.UserID)
		pictures = append(pictures, c.Pictures...)
	}
	shown, err := picture.Show(tx, pictures)
	if err != nil {
		return of, err
	}
	of.pictures = shown
	var lines []model.AfterSaleLine
	if err := tx.Where("after_sale_id IN ?", caseIDs).Order("id").Find(&lines).Error; err != nil {
		return of, fmt.Errorf("lines of cases: %w", err)
	}
	for _, l := range lines {
		of.lines[l.AfterSaleID] = append(of.lines[l.AfterSaleID], l)
		boughtIDs, skuIDs = append(boughtIDs, l.OrderLineID), append(skuIDs, l.NewSKUID)
	}
	var orders []model.Order
	var bought []model.OrderLine
	var skus []model.SKU
	if err := tx.Select("id", "no").Where("id IN ?", orderIDs).Find(&orders).Error; err != nil {
		return of, fmt.Errorf("orders of cases: %w", err)
	}
	if err := tx.Where("id IN ?", boughtIDs).Find(&bought).Error; err != nil {
		return of, fmt.Errorf("order lines of cases: %w", err)
	}
	if err := tx.Select("id", "no").Where("id IN ?", skuIDs).Find(&skus).Error; err != nil {
		return of, fmt.Errorf("skus of cases: %w", err)
	}
	if err := tx.Model(&model.User{}).Where("id IN ? AND deleted_at > 0", userIDs).Pluck("id", &gone).Error; err != nil {
		return of, fmt.Errorf("consumers of cases: %w", err)
	}
	for _, id := range gone {
		of.gone[id] = true
	}
	for _, o := range orders {
		of.orders[o.ID] = o.No
	}
	for _, l := range bought {
		of.bought[l.ID] = l
	}
	for _, k := range skus {
		of.skus[k.ID] = k.No
	}
	return of, nil
}
