import { describe, expect, test } from 'vitest'
import { clean } from '../clean.ts'
import { sensitiveIn } from '../sensitive.ts'
import { ENTITIES } from './entity.ts'

const found = (text: string) =>
  sensitiveIn(clean(text), { pii: true, secrets: false, threshold: 0.4 }).map(
    (one) => `${one.type} ${text.slice(one.start, one.end)}`,
  )

describe('numbers of a country beside a word for them', () => {
  test.each([
    ['rijksregisternummer 85.07.30-033.28', 'BE_NATIONAL_NUMBER 85.07.30-033.28'],
    ['NIF: 501964843', 'PT_NIF 501964843'],
    ['SVNR 1237 010180', 'AT_SVNR 1237 010180'],
    ['AHV-Nummer 756.9217.0769.85', 'CH_AHV 756.9217.0769.85'],
    ['CPR 211062-5629', 'DK_CPR 211062-5629'],
    ['fødselsnummer 29029600013', 'NO_FNR 29029600013'],
    ['rodné číslo 736028/5163', 'CZ_BIRTH_NUMBER 736028/5163'],
    ['CNP 1800101221144', 'RO_CNP 1800101221144'],
    ['ЕГН 7523169263', 'BG_EGN 7523169263'],
    ['OIB 69435151530', 'HR_OIB 69435151530'],
    ['isikukood 37605030299', 'EE_LT_PERSONAL_CODE 37605030299'],
    ['TAJ szám: 111111110', 'HU_TAJ 111111110'],
    ['EMŠO 0101006500006', 'SI_EMSO 0101006500006'],
    ['PPS number 1234567FA', 'IE_PPSN 1234567FA'],
    ['身份证 11010519491231002X', 'CN_RESIDENT_ID 11010519491231002X'],
    ['身份证号：440308199901101512', 'CN_RESIDENT_ID 440308199901101512'],
    ['ת.ז 123456782', 'IL_ID 123456782'],
    ['マイナンバー 1234 5678 9018', 'JP_MY_NUMBER 1234 5678 9018'],
    ['사업자등록번호 124-81-00998', 'KR_BRN 124-81-00998'],
    ['MyKad 710101-14-1234', 'MY_NRIC 710101-14-1234'],
    ['NIK 3171011708450001', 'ID_NIK 3171011708450001'],
    ['IRD 49-091-850', 'NZ_IRD 49-091-850'],
    ['RUT 12.345.678-5', 'CL_RUT 12.345.678-5'],
    ['CURP BADD110313HCMLNS09', 'MX_CURP BADD110313HCMLNS09'],
    ['RFC GODE561231GR8', 'MX_RFC GODE561231GR8'],
    ['itin: 911701234', 'US_ITIN 911701234'],
    ['NI number AB 12 34 56 C', 'UK_NINO AB 12 34 56 C'],
    ['Medicare MBI 1EG4-TE5-MK73', 'US_MBI 1EG4-TE5-MK73'],
    ['nie: X-1234567-L', 'ES_NIE X-1234567-L'],
    ['SV-Nummer 65 170839 J 008', 'DE_SOCIAL_SECURITY 65 170839 J 008'],
    ['DL# F255-9219-0094', 'US_DRIVER_LICENSE F255-9219-0094'],
    ['VAT number GB 123 4567 89', 'VAT_ID GB 123 4567 89'],
    ['Kennzeichen B-MW 1234', 'LICENSE_PLATE B-MW 1234'],
    ['number plate AB12 CDE', 'LICENSE_PLATE AB12 CDE'],
    ['cod. fisc. rssmra85t10a562s', 'IT_FISCAL_CODE rssmra85t10a562s'],
    ['passeport 12AB34567', 'PASSPORT 12AB34567'],
    ['chassis WVWZZZ1JZXW000001', 'VIN WVWZZZ1JZXW000001'],
    ['ssh root@198.51.100.23', 'IP_ADDRESS 198.51.100.23'],
    ['전화 010-1234-5678', 'PHONE_NUMBER 010-1234-5678'],
    ['Mob 98765 43210', 'PHONE_NUMBER 98765 43210'],
  ])('%s', (text, expected) => expect(found(text)).toEqual([expected]))
})

describe('not without the word, nor with a wrong check digit', () => {
  test.each([
    'OIB 69435151531',
    'TAJ 111111111',
    'AHV 756.9217.0769.86',
    '身份证 110105194912310021',
    'part AB 12 34 56 C of the list',
    'the public license of H1 2024 for vehicle API 2000',
    'see F255-9219-0094',
    'section 65 170839 J 008',
    'pkg@198.51.100.23',
    'passport photos of 35x45 mm, VAT 19 %, plate A4',
    'the national insurance rate is 12 percent, MBI asks for 2 GB',
  ])('%s', (text) => expect(found(text)).toEqual([]))
})

test('every type has one name', () => expect(ENTITIES).toEqual([...new Set(ENTITIES)].sort()))
