package fulfilment

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/wechat"
)

// shippingOf is what WeChat is told by an upload, as things are now.
func shippingOf(tx *gorm.DB, o *model.Order, u model.ShippingUpload, at model.Millis) (wechat.Shipping, error) {
	parcels, err := parcelsOf(tx, o.ID)
	if err != nil {
		return wechat.Shipping{}, err
	}
	parcels = told(parcels, u)
	if err := loadLines(tx, parcels); err != nil {
		return wechat.Shipping{}, err
	}
	var payment model.Payment
	var payer model.User
	if err := tx.Where("id = ?", u.PaymentID).Take(&payment).Error; err != nil {
		return wechat.Shipping{}, fmt.Errorf("payment %d: %w", u.PaymentID, err)
	}
	if err := tx.Select("openid").Where("id = ?", o.UserID).Take(&payer).Error; err != nil {
		return wechat.Shipping{}, fmt.Errorf("user %d: %w", o.UserID, err)
	}
	if err := tx.Where("order_id = ?", o.ID).Order("position").Find(&o.Lines).Error; err != nil {
		return wechat.Shipping{}, fmt.Errorf("lines of order %s: %w", o.No, err)
	}
	out := wechat.Shipping{
		MchID: payment.MchID, OutTradeNo: payment.No, OpenID: payer.OpenID, Split: u.Split, Whole: u.Whole, At: at.Time(),
	}
	for _, p := range parcels {
		out.Delivery = p.Delivery
		one := wechat.ShippedParcel{Carrier: p.Carrier, Waybill: p.Waybill, Contents: contents(o.Lines, p.Lines)}
		if p.Carrier == SFExpress {
			one.Phone = masked(o.Place.Phone)
		}
		out.Parcels = append(out.Parcels, one)
	}
	return out, nil
}

// told are the parcels that an upload tells of: its own, once more the last, or all.
func told(parcels []model.Parcel, u model.ShippingUpload) []model.Parcel {
	switch u.Seq {
	case model.UploadSeqCorrection:
		return parcels
	case model.UploadSeqEnd:
		return parcels[len(parcels)-1:]
	}
	return slices.DeleteFunc(parcels, func(p model.Parcel) bool { return p.UploadSeq != u.Seq })
}

// contents says what is in a parcel, for WeChat, in Chinese where there is Chinese: whole items as long as
// there is room, then how many more pieces there are.
func contents(lines []model.OrderLine, pieces []model.ParcelLine) string {
	items, counts, more := make([]string, len(pieces)), make([]int, len(pieces)), 0
	for i, p := range pieces {
		n := slices.IndexFunc(lines, func(l model.OrderLine) bool { return l.ID == p.OrderLineID })
		items[i], counts[i] = item(lines[n], p.Quantity), p.Quantity
	}
	for len(items) > 1 && utf8.RuneCountInString(ending(items, more)) > wechat.MostItemDesc {
		last := len(items) - 1
		more += counts[last]
		items = items[:last]
	}
	text := []rune(ending(items, more))
	if over := len(text) - wechat.MostItemDesc; over > 0 { // one long title
		tail := []rune(ending([]string{fmt.Sprintf("… ×%d", counts[0])}, more))
		text = append(text[:wechat.MostItemDesc-len(tail)], tail...)
	}
	return string(text)
}

func item(l model.OrderLine, quantity int) string {
	title := l.Title.In("zh-CN", "en")
	if choice := l.Choice.In("zh-CN", "en"); choice != "" {
		title += "（" + choice + "）"
	}
	return fmt.Sprintf("%s ×%d", title, quantity)
}

func ending(items []string, more int) string {
	text := strings.Join(items, "；")
	if more > 0 {
		text += fmt.Sprintf("；另有 %d 件", more)
	}
	return text
}

// masked is a phone number of which the first three digits, if it is long enough, and the last four can be
// read.
func masked(phone string) string {
	tail := phone[max(0, len(phone)-4):]
	if len(phone) < 11 {
		return "****" + tail
	}
	return phone[:3] + "****" + tail
}
