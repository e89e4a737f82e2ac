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

// Result is what became of one row of a list: it was taken, or why not.
type Result struct {
	OK      bool              `json:"ok"`
	Code    string            `json:"code,omitempty" doc:"Code of the error"`
	Field   string            `json:"field,omitempty" doc:"What of the row is at fault"`
	Message string            `json:"message,omitempty" doc:"In English"`
	Args    map[string]string `json:"args,omitempty" doc:"Of the message"`
}

// ShipAll sends a list of parcels by express, row by row: each is sent or not by itself. Repeating a list sends
// nothing twice, because a waybill is taken once for each order. Errors: ErrTooMany at "rows"; else the
// database's: then the rows before it are sent.
func (s *Service) ShipAll(ctx context.Context, rows []Row) ([]Result, error) {
	if len(rows) > MostRows {
		return nil, model.ErrTooMany.At("rows").With("max", fmt.Sprint(MostRows))
	}
	results := make([]Result, len(rows))
	for i, r := range rows {
		var err error
		if results[i], err = resultOf(s.shipRow(ctx, r)); err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
	}
	return results, nil
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

// resultOf is a row's result; an error that has no meaning for the caller stays one.
func resultOf(err error) (Result, error) {
	var known *model.Error
	switch {
	case err == nil:
		return Result{OK: true}, nil
	case errors.As(err, &known):
		return Result{Code: known.Code, Field: known.Field, Message: known.Message, Args: known.Args}, nil
	}
	return Result{}, err
}
