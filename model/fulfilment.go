package model

// Delivery is how an order reaches the consumer: one way for the whole of it.
type Delivery string

// The ways, as WeChat tells them apart.
const (
	DeliveryExpress Delivery = "express" // by a carrier, each parcel with a waybill
	DeliveryCity    Delivery = "city"    // brought within the city
	DeliveryPickup  Delivery = "pickup"  // fetched by the consumer
	DeliveryVirtual Delivery = "virtual" // nothing is moved
)

// Deliveries lists the ways.
var Deliveries = []Delivery{DeliveryExpress, DeliveryCity, DeliveryPickup, DeliveryVirtual}

// MostParcels is how many parcels WeChat takes for one payment.
const MostParcels = 15

// ParcelStatus is where a parcel is, as far as its carrier has told.
type ParcelStatus string

// The states of a parcel.
const (
	ParcelSent           ParcelStatus = "sent" // by the brand; the carrier has not told anything yet
	ParcelPickedUp       ParcelStatus = "picked_up"
	ParcelInTransit      ParcelStatus = "in_transit"
	ParcelOutForDelivery ParcelStatus = "out_for_delivery"
	ParcelException      ParcelStatus = "exception" // held up, refused, on its way back
	ParcelDelivered      ParcelStatus = "delivered"
)

// ParcelFlow is the way of a parcel. It leads back to sent when the waybill is corrected.
var ParcelFlow = Flow[ParcelStatus]{
	ParcelSent:           {ParcelPickedUp, ParcelInTransit, ParcelOutForDelivery, ParcelException},
	ParcelPickedUp:       {ParcelSent, ParcelException},
	ParcelInTransit:      {ParcelSent, ParcelPickedUp, ParcelOutForDelivery, ParcelException},
	ParcelOutForDelivery: {ParcelSent, ParcelPickedUp, ParcelInTransit, ParcelException},
	ParcelException:      {ParcelSent, ParcelPickedUp, ParcelInTransit, ParcelOutForDelivery},
	ParcelDelivered:      {ParcelSent, ParcelPickedUp, ParcelInTransit, ParcelOutForDelivery, ParcelException},
}

// ParcelStatuses lists the states in the order of a parcel's way.
var ParcelStatuses = []ParcelStatus{
	ParcelSent, ParcelPickedUp, ParcelInTransit, ParcelOutForDelivery, ParcelException, ParcelDelivered,
}

// Parcel is what was sent of an order in one go. What is fetched, brought or not moved at all is one parcel
// without a waybill.
type Parcel struct {
	ID          int64
	BrandID     int64
	OrderID     int64
	No          string // ULID, outside
	Position    int    // 1, 2, … at most MostParcels
	Delivery    Delivery
	Carrier     string // WeChat's code of the carrier; "" without a waybill
	Waybill     string
	Status      ParcelStatus
	UploadSeq   int    // the upload that tells WeChat of it
	EventAt     Millis // of the event that Status follows
	DeliveredAt Millis
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt   Millis `gorm:"autoUpdateTime:milli"`

	Lines  []ParcelLine  `gorm:"-"` // where they were loaded
	Events []ParcelEvent `gorm:"-"` // of the present waybill, where they were loaded
}

// ParcelLine is how many pieces of one line of the order are in a parcel.
type ParcelLine struct {
	ID          int64
	BrandID     int64
	OrderID     int64
	ParcelID    int64
	OrderLineID int64
	Quantity    int
	CreatedAt   Millis `gorm:"autoCreateTime:milli"`
}

// ParcelEvent is what a carrier told about a parcel. The same instant and status again is the same event.
type ParcelEvent struct {
	ID         int64
	BrandID    int64
	ParcelID   int64
	Waybill    string // the parcel's at that time
	Status     ParcelStatus
	HappenedAt Millis
	Place      string // such as a city or a station
	Remark     string // the carrier's own words
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
}

// UploadStatus is a state of what WeChat is to be told of an order's shipping.
type UploadStatus string

// The states of an upload.
const (
	UploadWaiting UploadStatus = "waiting" // decided; WeChat does not know it
	UploadSending UploadStatus = "sending" // WeChat may or may not know it
	UploadDone    UploadStatus = "done"
	UploadRefused UploadStatus = "refused" // WeChat does not take it: staff must look
)

// UploadFlow is the life of an upload.
var UploadFlow = Flow[UploadStatus]{
	UploadWaiting: {UploadRefused}, // staff have it told again
	UploadSending: {UploadWaiting},
	UploadDone:    {UploadSending, UploadRefused}, // what was refused is told with all that was sent
	UploadRefused: {UploadSending},
}

// UploadStatuses lists the states in the order of an upload's life.
var UploadStatuses = []UploadStatus{UploadWaiting, UploadSending, UploadDone, UploadRefused}

// The sequence numbers of uploads that are no shipment. WeChat takes one change of what was shipped for each
// payment, so that there is one number for it: the unique index refuses a second.
const (
	UploadSeqEnd        = 98 // no parcel is new: the rest of the order was dropped, nothing more will come
	UploadSeqCorrection = 99 // all parcels once more, as they are now
)

// RefusalsOver are the codes of the refusals by which WeChat keeps nothing back: the payment is over there, or it has
// been told of all that was sent, and takes no other word of it.
var RefusalsOver = []string{ErrWrongState.Code, ErrReshipUsed.Code}

// ShippingUpload is something that WeChat is to be told about the shipping of one order. Its number is fixed
// when it is decided; the parcels are told as they are when it is sent.
type ShippingUpload struct {
	ID         int64
	BrandID    int64
	OrderID    int64
	PaymentID  int64
	Seq        int // 1, 2, … in the order they are sent
	Status     UploadStatus
	Split      bool   // told as one of several parcels
	Whole      bool   // with it everything is sent
	RefusedFor string // code of the error; it stays while the upload is told again
	DoneAt     Millis // the upload_time that WeChat has; each is later than the one before
	CreatedAt  Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt  Millis `gorm:"autoUpdateTime:milli"`
}
