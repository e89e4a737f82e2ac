package fulfilment

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/order"
)

// Fulfilment is how far an order has got, as staff see it.
type Fulfilment struct {
	OrderNo string            `json:"order"`
	Status  model.OrderStatus `json:"status" enum:"pending,paid,partly_shipped,shipped,received,closed,cancelled"`
	Left    []Piece           `json:"left" doc:"What is still to be sent"`
	Parcels []ParcelView      `json:"parcels"`
	Uploads []UploadView      `json:"uploads" doc:"What WeChat is told"`
}

// UploadView is something WeChat is told.
type UploadView struct {
	Seq        int                `json:"seq" doc:"1, 2, …; 98 that nothing more comes, 99 the one correction"`
	Status     model.UploadStatus `json:"status" enum:"waiting,sending,done,refused"`
	RefusedFor string             `json:"refused_for,omitempty" doc:"Code of WeChat's refusal, which stays while it is told again"`
	DoneAt     model.Millis       `json:"done_at,omitempty"`
}

// ParcelView is a parcel.
type ParcelView struct {
	No          string             `json:"no"`
	Delivery    model.Delivery     `json:"delivery" enum:"express,city,pickup,virtual"`
	Carrier     *CarrierView       `json:"carrier,omitempty" doc:"By express alone"`
	Waybill     string             `json:"waybill,omitempty"`
	Status      model.ParcelStatus `json:"status" enum:"sent,picked_up,in_transit,out_for_delivery,exception,delivered"`
	SentAt      model.Millis       `json:"sent_at" doc:"UTC milliseconds"`
	DeliveredAt model.Millis       `json:"delivered_at,omitempty"`
	Lines       []Piece            `json:"lines"`
	Events      []EventView        `json:"events" doc:"What the carrier has told, the latest first"`
}

// CarrierView is a carrier with its name in all languages.
type CarrierView struct {
	Code string     `json:"code"`
	Name model.Text `json:"name"`
}

// EventView is something a carrier told.
type EventView struct {
	Status model.ParcelStatus `json:"status" enum:"picked_up,in_transit,out_for_delivery,exception,delivered"`
	At     model.Millis       `json:"at"`
	Place  string             `json:"place,omitempty"`
	Remark string             `json:"remark,omitempty"`
}

// CarrierViews lists the carriers.
func CarrierViews() []CarrierView {
	views := make([]CarrierView, len(carriers))
	for i, c := range carriers {
		views[i] = CarrierView(c)
	}
	return views
}

// Parcels are the parcels of an order of the buyer. Errors: ErrOrderNotFound.
func (s *Service) Parcels(ctx context.Context, b order.Buyer, orderNo string) ([]ParcelView, error) {
	tx := s.db.Read(ctx)
	o, err := order.FindNo(tx, b.UserID, orderNo)
	if err != nil {
		return nil, err
	}
	f, err := fulfilmentOf(tx, o)
	return f.Parcels, err
}

// Of is how far an order of the brand has got. Errors: ErrOrderNotFound.
func (s *Service) Of(ctx context.Context, orderNo string) (Fulfilment, error) {
	tx := s.db.Read(ctx)
	var o model.Order
	if err := tx.Where("no = ?", orderNo).Take(&o).Error; database.IsNotFound(err) {
		return Fulfilment{}, model.ErrOrderNotFound
	} else if err != nil {
		return Fulfilment{}, fmt.Errorf("order %s: %w", orderNo, err)
	}
	return fulfilmentOf(tx, &o)
}

func fulfilmentOf(tx *gorm.DB, o *model.Order) (Fulfilment, error) {
	f := Fulfilment{OrderNo: o.No, Status: o.Status, Left: []Piece{}, Parcels: []ParcelView{}, Uploads: []UploadView{}}
	if err := tx.Where("order_id = ?", o.ID).Order("position").Find(&o.Lines).Error; err != nil {
		return f, fmt.Errorf("lines of order %s: %w", o.No, err)
	}
	skus := map[int64]string{}
	for _, l := range o.Lines {
		skus[l.ID] = l.SKUNo
		if n := leftOf(l); n > 0 {
			f.Left = append(f.Left, Piece{l.SKUNo, n})
		}
	}
	parcels, err := parcelsOf(tx, o.ID)
	if err != nil {
		return f, err
	}
	if err := loadLines(tx, parcels); err != nil {
		return f, err
	}
	if err := loadEvents(tx, parcels); err != nil {
		return f, err
	}
	if err := hideEvents(tx, o, parcels); err != nil {
		return f, err
	}
	for _, p := range parcels {
		f.Parcels = append(f.Parcels, parcelView(p, skus))
	}
	uploads, err := uploadsOf(tx, o.ID)
	for _, u := range uploads {
		f.Uploads = append(f.Uploads, uploadView(u))
	}
	return f, err
}

func uploadView(u model.ShippingUpload) UploadView {
	return UploadView{u.Seq, u.Status, u.RefusedFor, u.DoneAt}
}

func parcelView(p model.Parcel, skus map[int64]string) ParcelView {
	v := ParcelView{
		No: p.No, Delivery: p.Delivery, Waybill: p.Waybill, Status: p.Status, SentAt: p.CreatedAt,
		DeliveredAt: p.DeliveredAt, Lines: []Piece{}, Events: []EventView{},
	}
	if c, known := carrierOf(p.Carrier); known {
		v.Carrier = &CarrierView{c.Code, c.Name}
	}
	for _, l := range p.Lines {
		v.Lines = append(v.Lines, Piece{skus[l.OrderLineID], l.Quantity})
	}
	for _, e := range p.Events {
		v.Events = append(v.Events, EventView{e.Status, e.HappenedAt, e.Place, e.Remark})
	}
	return v
}

// loadLines fills in what is in the parcels, with one query.
func loadLines(tx *gorm.DB, parcels []model.Parcel) error {
	var lines []model.ParcelLine
	if err := tx.Where("parcel_id IN ?", idsOf(parcels)).Order("id").Find(&lines).Error; err != nil {
		return fmt.Errorf("parcel lines: %w", err)
	}
	for i := range parcels {
		for _, l := range lines {
			if l.ParcelID == parcels[i].ID {
				parcels[i].Lines = append(parcels[i].Lines, l)
			}
		}
	}
	return nil
}

// loadEvents fills in what was told of the parcels' present waybills, the latest first, with one query.
func loadEvents(tx *gorm.DB, parcels []model.Parcel) error {
	var events []model.ParcelEvent
	err := tx.Where("parcel_id IN ?", idsOf(parcels)).Order("happened_at DESC, id DESC").Find(&events).Error
	if err != nil {
		return fmt.Errorf("parcel events: %w", err)
	}
	for i := range parcels {
		for _, e := range events {
			if e.ParcelID == parcels[i].ID && e.Waybill == parcels[i].Waybill {
				parcels[i].Events = append(parcels[i].Events, e)
			}
		}
	}
	return nil
}

// hideEvents takes out what a carrier's words may tell of a buyer who has had their account deleted: where they live, and
// who signed.
func hideEvents(tx *gorm.DB, o *model.Order, parcels []model.Parcel) error {
	restricted, err := order.Restricted(tx, o.UserID)
	if err != nil || !restricted {
		return err
	}
	for _, p := range parcels {
		for i := range p.Events {
			p.Events[i].Place, p.Events[i].Remark = "", ""
		}
	}
	return nil
}

func idsOf(parcels []model.Parcel) []int64 {
	ids := make([]int64, len(parcels))
	for i, p := range parcels {
		ids[i] = p.ID
	}
	return ids
}
