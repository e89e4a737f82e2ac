package fulfilment

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
)

// MostRows bounds the rows of a list that is shipped at once.
const MostRows = 200

// Row is one parcel by express of a list.
type Row struct {
	OrderNo string `json:"order" maxLength:"26" doc:"Number of the order"`
	Box
}

// ShipAll sends a list of parcels by express, row by row: each is sent or not by itself. It returns for each row
// nil, or why it was not sent: an error of Ship. Repeating a list sends nothing twice, because a waybill is taken
// once for each order. Errors: ErrTooMany at "rows"; else the database's: then the rows before it are sent.
func (s *Service) ShipAll(ctx context.Context, rows []Row) (refused []error, err error) {
	if len(rows) > MostRows {
		return nil, model.ErrTooMany.At("rows").With("max", fmt.Sprint(MostRows))
	}
	refused = make([]error, len(rows))
	for i, r := range rows {
		if refused[i], err = meant(s.shipRow(ctx, r)); err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
	}
	return refused, nil
}

func (s *Service) shipRow(ctx context.Context, r Row) error {
	in, err := Shipment{Delivery: model.DeliveryExpress, Parcels: []Box{r.Box}}.checked()
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		_, err := s.ship(ctx, tx, r.OrderNo, in)
		return err
	})
}

// meant tells an error that has a meaning for the caller from one that has not.
func meant(err error) (known, unknown error) {
	var e *model.Error
	if errors.As(err, &e) {
		return err, nil
	}
	return nil, err
}
