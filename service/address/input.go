package address

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"hutong/model"
)

// Input is an address as a consumer writes it. The name of the province follows from its code.
type Input struct {
	Name         string `json:"name" maxLength:"32" doc:"Who receives there" example:"王小明"`
	Phone        string `json:"phone" maxLength:"20" doc:"A Chinese mobile number, or a landline with its area code" example:"13800138000"`
	ProvinceCode string `json:"province_code" maxLength:"2" doc:"GB/T 2260, two digits" example:"31"`
	City         string `json:"city" maxLength:"32" example:"上海市"`
	District     string `json:"district,omitempty" maxLength:"32" doc:"May be empty: some cities have none" example:"静安区"`
	Detail       string `json:"detail" maxLength:"120" doc:"Street, house and door" example:"南京西路 1 号 2 室"`
	Postcode     string `json:"postcode,omitempty" maxLength:"6" doc:"Six digits" example:"200040"`
	Default      bool   `json:"default,omitempty" doc:"Makes it the default; the first address always is. False changes nothing"`
}

// View is an address as its owner sees it.
type View struct {
	No           string `json:"no" doc:"Number of the address"`
	Name         string `json:"name" doc:"Who receives there"`
	Phone        string `json:"phone"`
	ProvinceCode string `json:"province_code" doc:"GB/T 2260, two digits"`
	Province     string `json:"province"`
	City         string `json:"city"`
	District     string `json:"district,omitempty"`
	Detail       string `json:"detail"`
	Postcode     string `json:"postcode,omitempty"`
	Default      bool   `json:"default" doc:"Exactly one address of a consumer is"`
}

func view(a model.Address) View {
	p := a.Place
	return View{
		No: a.No, Name: p.Name, Phone: p.Phone, ProvinceCode: p.ProvinceCode, Province: p.Province, City: p.City,
		District: p.District, Detail: p.Detail, Postcode: p.Postcode, Default: a.IsDefault,
	}
}

var (
	mobile   = regexp.MustCompile(`^1[3-9]\d{9}$`)
	landline = regexp.MustCompile(`^0\d{2,3}-?\d{7,8}(-\d{1,6})?$`)
	postcode = regexp.MustCompile(`^\d{6}$`)
)

// place checks the input and makes it a place. Errors: model.Errs, one for each field at fault.
func (in Input) place() (model.Place, error) {
	p := model.Place{
		Name: strings.TrimSpace(in.Name), Phone: strings.TrimSpace(in.Phone),
		ProvinceCode: in.ProvinceCode, Province: model.Provinces[in.ProvinceCode],
		City: strings.TrimSpace(in.City), District: strings.TrimSpace(in.District),
		Detail: strings.TrimSpace(in.Detail), Postcode: strings.TrimSpace(in.Postcode),
	}
	var errs model.Errs
	check := func(field, value string, most int, required bool) {
		switch {
		case value == "" && required:
			errs = append(errs, model.ErrRequired.At(field))
		case utf8.RuneCountInString(value) > most:
			errs = append(errs, model.ErrTooLong.At(field).With("max", fmt.Sprint(most)))
		case !printable(value):
			errs = append(errs, model.ErrInvalid.At(field))
		}
	}
	match := func(field, value string, patterns ...*regexp.Regexp) {
		for _, re := range patterns {
			if re.MatchString(value) {
				return
			}
		}
		errs = append(errs, model.ErrInvalid.At(field))
	}
	check("name", p.Name, 32, true)
	if p.Phone == "" {
		errs = append(errs, model.ErrRequired.At("phone"))
	} else {
		match("phone", p.Phone, mobile, landline)
	}
	if p.Province == "" {
		errs = append(errs, model.ErrInvalid.At("province_code"))
	}
	check("city", p.City, 32, true)
	check("district", p.District, 32, false)
	check("detail", p.Detail, 120, true)
	if p.Postcode != "" {
		match("postcode", p.Postcode, postcode)
	}
	if len(errs) > 0 {
		return model.Place{}, errs
	}
	return p, nil
}

// printable tells whether s can be printed on a waybill as it was typed: it has no control characters, and
// none that turn the direction of what follows.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
	})
}
