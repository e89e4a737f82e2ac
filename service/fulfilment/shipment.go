package fulfilment

import (
	"fmt"
	"regexp"
	"strings"

	"hutong/model"
)

// Shipment is what is sent of an order in one go.
type Shipment struct {
	Delivery model.Delivery `json:"delivery" enum:"express,city,pickup,virtual" doc:"The same for the whole order; what is not sent by express is sent in one go"`
	Parcels  []Box          `json:"parcels" minItems:"1" maxItems:"15"`
}

// Box is one parcel that is sent.
type Box struct {
	Carrier string  `json:"carrier,omitempty" maxLength:"64" doc:"Code of the carrier; for express alone" example:"SF"`
	Waybill string  `json:"waybill,omitempty" maxLength:"128" doc:"Its number of the parcel; for express alone" example:"SF1234567890123"`
	Lines   []Piece `json:"lines,omitempty" maxItems:"100" doc:"What is in it; without it, all that is left to send"`
}

// Piece is so many pieces of one line of an order.
type Piece struct {
	SKUNo    string `json:"sku" minLength:"26" maxLength:"26" doc:"Number of the line's SKU"`
	Quantity int    `json:"quantity" minimum:"1" maximum:"9999"`
}

// waybillPattern are the waybills of the carriers.
var waybillPattern = regexp.MustCompile(`^[0-9A-Za-z-]{6,40}$`)

// checked is the shipment with its texts trimmed. Errors: model.Errs, one for each field at fault.
func (in Shipment) checked() (Shipment, error) {
	var errs model.Errs
	refuse := func(err *model.Error, format string, args ...any) {
		errs = append(errs, err.At(fmt.Sprintf(format, args...)))
	}
	express := in.Delivery == model.DeliveryExpress
	most := 1
	if express {
		most = model.MostParcels
	}
	switch {
	case len(in.Parcels) == 0:
		return in, model.ErrRequired.At("parcels")
	case len(in.Parcels) > most && express:
		return in, model.ErrParcelLimit.At("parcels").With("max", fmt.Sprint(most))
	case len(in.Parcels) > most:
		return in, model.ErrOneDelivery.At("parcels")
	}
	boxes := make([]Box, len(in.Parcels))
	seen := map[string]bool{}
	for i, b := range in.Parcels {
		b.Carrier, b.Waybill = strings.TrimSpace(b.Carrier), strings.TrimSpace(b.Waybill)
		boxes[i] = b
		switch {
		case express:
			checkWaybill(b.Carrier, b.Waybill, fmt.Sprintf("parcels[%d].", i), &errs)
			if at := b.Carrier + "/" + b.Waybill; seen[at] {
				refuse(model.ErrWaybillUsed, "parcels[%d].waybill", i)
			} else {
				seen[at] = true
			}
		case b.Carrier != "":
			refuse(model.ErrInvalid, "parcels[%d].carrier", i)
		case b.Waybill != "":
			refuse(model.ErrInvalid, "parcels[%d].waybill", i)
		case len(b.Lines) > 0:
			refuse(model.ErrOneDelivery, "parcels[%d].lines", i)
		}
		skus := map[string]bool{}
		for j, p := range b.Lines {
			if skus[p.SKUNo] {
				refuse(model.ErrInvalid, "parcels[%d].lines[%d].sku", i, j)
			}
			if p.Quantity < 1 || p.Quantity > model.MaxQuantity {
				errs = append(errs, model.ErrOutOfRange.At(fmt.Sprintf("parcels[%d].lines[%d].quantity", i, j)).
					With("min", "1").With("max", fmt.Sprint(model.MaxQuantity)))
			}
			skus[p.SKUNo] = true
		}
	}
	if len(errs) > 0 {
		return in, errs
	}
	in.Parcels = boxes
	return in, nil
}

// checkWaybill adds what is wrong with a carrier and its waybill.
func checkWaybill(carrier, waybill, at string, errs *model.Errs) {
	if _, known := carrierOf(carrier); !known {
		*errs = append(*errs, model.ErrInvalid.At(at+"carrier"))
	}
	if !waybillPattern.MatchString(waybill) {
		*errs = append(*errs, model.ErrInvalid.At(at+"waybill"))
	}
}
