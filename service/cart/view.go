package cart

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/offer"
)

// View is a cart as its owner sees it.
type View struct {
	Lines          []LineView `json:"lines" doc:"Latest first"`
	Pieces         int        `json:"pieces" doc:"Of all lines"`
	SelectedPieces int        `json:"selected_pieces" doc:"Of the selected lines that can be bought"`
	SelectedFen    model.Fen  `json:"selected_fen" doc:"List price of the selected lines that can be bought; the quote adds freight and the rest"`
	AllSelected    bool       `json:"all_selected" doc:"Whether every line that can be bought is selected; false when none can"`
}

// LineView is one line of a cart.
type LineView struct {
	SKU          string    `json:"sku" doc:"Number of the SKU"`
	Handle       string    `json:"handle" doc:"Handle of the product"`
	Title        string    `json:"title"`
	Choice       string    `json:"choice" doc:"The chosen options, in words"`
	Picture      string    `json:"picture"`
	UnitFen      model.Fen `json:"unit_fen" doc:"List price of one piece, at present"`
	CompareAtFen model.Fen `json:"compare_at_fen,omitempty" doc:"The price of one piece before"`
	TotalFen     model.Fen `json:"total_fen" doc:"Price of all pieces"`
	Quantity     int       `json:"quantity"`
	Available    int64     `json:"available" doc:"Pieces that could be bought a moment ago; 99 stands for 99 or more"`
	Selected     bool      `json:"selected" doc:"Whether it is to be bought next"`
	Problem      string    `json:"problem,omitempty" doc:"Code of the reason why it cannot be bought: not_on_sale, out_of_stock"`
}

// Get is the cart, with texts in the first of its owner's languages that has them.
func (s *Service) Get(ctx context.Context, o Owner) (View, error) { return load(s.db.Read(ctx), o) }

func load(tx *gorm.DB, o Owner) (View, error) {
	lines, offered, err := offers(tx, o.UserID)
	if err != nil {
		return View{}, err
	}
	v := View{Lines: make([]LineView, len(lines))}
	buyable, selected := 0, 0
	for i, on := range offered {
		l := LineView{
			SKU: lines[i].SKUNo, Handle: on.Product.Handle, Title: on.Product.Title.In(o.Languages...),
			Choice: on.Choice().In(o.Languages...), Picture: on.Picture(),
			UnitFen: on.SKU.PriceFen, CompareAtFen: on.SKU.CompareAtFen, TotalFen: on.SKU.PriceFen.Times(on.Quantity),
			Quantity: on.Quantity, Available: on.Shown(), Selected: lines[i].Selected,
		}
		v.Pieces += l.Quantity
		if on.Problem != nil {
			l.Problem = on.Problem.Code
		} else {
			buyable++
			if l.Selected {
				selected++
				v.SelectedPieces += l.Quantity
				v.SelectedFen += l.TotalFen
			}
		}
		v.Lines[i] = l
	}
	v.AllSelected = buyable > 0 && selected == buyable
	return v, nil
}

// stored is a cart line with the number of its SKU.
type stored struct {
	SKUID    int64  `gorm:"column:sku_id"`
	SKUNo    string `gorm:"column:sku_no"`
	Quantity int
	Selected bool
}

// storedLines are a user's lines, latest first.
func storedLines(tx *gorm.DB, userID int64) ([]stored, error) {
	var lines []stored
	err := tx.Model(&model.CartLine{}).
		Select("cart_lines.sku_id, skus.no AS sku_no, cart_lines.quantity, cart_lines.selected").
		Joins("JOIN skus ON skus.id = cart_lines.sku_id AND skus.brand_id = cart_lines.brand_id").
		Where("cart_lines.user_id = ?", userID).Order("cart_lines.id DESC").Scan(&lines).Error
	if err != nil {
		return nil, fmt.Errorf("cart of user %d: %w", userID, err)
	}
	return lines, nil
}

// offers are a user's lines together with what is on offer.
func offers(tx *gorm.DB, userID int64) ([]stored, []offer.Line, error) {
	lines, err := storedLines(tx, userID)
	if err != nil || len(lines) == 0 {
		return nil, nil, err
	}
	wants := make([]offer.Want, len(lines))
	for i, l := range lines {
		wants[i] = offer.Want{SKUNo: l.SKUNo, Quantity: l.Quantity}
	}
	offered, err := offer.Load(tx, wants)
	return lines, offered, err
}
