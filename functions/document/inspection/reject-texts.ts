import { type FileKind, fileKinds } from './file-kinds.ts'
import type { Rejection, RejectReason } from './verdict.ts'

type Words = { vi: string; en: string }

/** For each reason, what is wrong with the file and what its owner can do about it. */
export const rejectTexts: Record<RejectReason, Words> = {
  'empty-file': {
    vi: 'Tệp này trống, không có nội dung. Vui lòng chọn lại tệp và tải lên lần nữa.',
    en: 'This file is empty. Please choose the file again and upload it once more.',
  },
  'size-mismatch': {
    vi: 'Tệp nhận được không đúng dung lượng ban đầu, có thể do mạng bị gián đoạn. Vui lòng tải lên lại.',
    en: 'The file we received is not the size it should be; the connection may have dropped. Please upload it again.',
  },
  'checksum-mismatch': {
    vi: 'Nội dung tệp đã bị thay đổi trên đường truyền. Vui lòng tải tệp lên lại.',
    en: 'The file changed on its way to us. Please upload it again.',
  },
  'type-not-accepted': {
    vi: 'Loại tệp này chưa được chấp nhận. Vui lòng dùng PDF, ảnh (JPEG, PNG, HEIC), Word (.docx), Excel (.xlsx) hoặc XML.',
    en: 'This type of file is not accepted. Please use PDF, an image (JPEG, PNG, HEIC), Word (.docx), Excel (.xlsx) or XML.',
  },
  'type-mismatch': {
    vi: 'Nội dung tệp không đúng với loại tệp đã khai báo. Vui lòng mở tệp, lưu lại đúng định dạng rồi tải lên; không chỉ đổi tên tệp.',
    en: 'The content is not of the type the file claims to be. Please open it, save it in the right format and upload that; renaming alone does not change the format.',
  },
  'malware-found': {
    vi: 'Phát hiện mã độc trong tệp nên tệp không được tiếp nhận. Vui lòng quét vi-rút trên thiết bị của bạn và tải lên một bản khác.',
    en: 'Harmful code was found in this file, so it was not accepted. Please scan your device for viruses and upload another copy.',
  },
  'pdf-encrypted': {
    vi: 'Tệp PDF được đặt mật khẩu hoặc khóa bảo vệ nên cán bộ không mở được. Vui lòng bỏ mật khẩu, hoặc in ra PDF mới, rồi tải lên lại.',
    en: 'This PDF is protected by a password or restrictions, so officials cannot open it. Please remove the protection, or print it to a new PDF, and upload it again.',
  },
  'pdf-active-content': {
    vi: 'Tệp PDF có chứa mã chạy tự động hoặc lệnh mở tệp khác nên không được tiếp nhận. Vui lòng mở tệp, chọn In rồi “Lưu thành PDF”, và tải bản mới lên.',
    en: 'This PDF contains scripts or commands that run or open something else, so it cannot be accepted. Please open it, choose Print and “Save as PDF”, and upload the new copy.',
  },
  'pdf-embedded-file': {
    vi: 'Tệp PDF có đính kèm tệp khác bên trong. Vui lòng bỏ tệp đính kèm, hoặc in ra PDF mới, và tải riêng từng tệp lên.',
    en: 'This PDF has other files attached inside it. Please remove them, or print it to a new PDF, and upload each file separately.',
  },
  'pdf-damaged': {
    vi: 'Tệp PDF bị lỗi hoặc chưa tải về đủ. Vui lòng mở thử trên máy của bạn, lưu hoặc quét lại thành PDF mới rồi tải lên.',
    en: 'This PDF is damaged or incomplete. Please try opening it on your device, save or scan it to a new PDF and upload that.',
  },
  'office-encrypted': {
    vi: 'Tệp Word hoặc Excel được đặt mật khẩu nên cán bộ không mở được. Vui lòng bỏ mật khẩu, lưu lại rồi tải lên.',
    en: 'This Word or Excel file is protected by a password, so officials cannot open it. Please remove the password, save it and upload it again.',
  },
  'office-macro': {
    vi: 'Tệp Word hoặc Excel có chứa macro (mã chạy tự động). Vui lòng lưu lại thành .docx hoặc .xlsx không có macro, hoặc lưu thành PDF.',
    en: 'This Word or Excel file contains macros. Please save it as a .docx or .xlsx without macros, or as PDF.',
  },
  'office-active-content': {
    vi: 'Tệp Word hoặc Excel có đối tượng nhúng hoặc liên kết tự động tới bên ngoài. Vui lòng xóa các đối tượng đó, hoặc lưu thành PDF rồi tải lên.',
    en: 'This Word or Excel file has embedded objects or automatic links to somewhere else. Please remove them, or save the file as PDF and upload that.',
  },
  'office-damaged': {
    vi: 'Tệp Word hoặc Excel bị lỗi hoặc chưa đầy đủ. Vui lòng mở tệp, lưu lại rồi tải lên.',
    en: 'This Word or Excel file is damaged or incomplete. Please open it, save it again and upload that.',
  },
  'xml-doctype': {
    vi: 'Tệp XML có phần khai báo DOCTYPE nên không được tiếp nhận. Vui lòng xuất lại tệp XML không có phần này.',
    en: 'This XML file has a DOCTYPE declaration, which is not accepted. Please export the XML again without it.',
  },
  'xml-active-content': {
    vi: 'Tệp XML có chứa mã lệnh, trang web hoặc tham chiếu định dạng (stylesheet). Vui lòng xuất lại tệp chỉ gồm dữ liệu.',
    en: 'This XML file contains scripts, web page content or a stylesheet reference. Please export it again with data only.',
  },
  'xml-malformed': {
    vi: 'Tệp XML bị lỗi cấu trúc hoặc không dùng bảng mã UTF-8/UTF-16. Vui lòng xuất lại tệp từ phần mềm gốc.',
    en: 'This XML file is not well formed or is not in UTF-8/UTF-16. Please export it again from the program that made it.',
  },
  'image-damaged': {
    vi: 'Tệp ảnh bị lỗi hoặc chưa đầy đủ. Vui lòng mở thử ảnh, chụp hoặc lưu lại rồi tải lên.',
    en: 'This image is damaged or incomplete. Please try opening it, take or save it again and upload that.',
  },
  'archive-bomb': {
    vi: 'Tệp có phần nén bung ra quá lớn nên không thể kiểm tra an toàn. Vui lòng lưu lại thành PDF đơn giản hơn rồi tải lên.',
    en: 'Parts of this file expand to too large a size to be checked safely. Please save it as a simpler PDF and upload that.',
  },
  'too-complex': {
    vi: 'Tệp có cấu trúc quá phức tạp nên không thể kiểm tra. Vui lòng in hoặc lưu lại thành PDF mới rồi tải lên.',
    en: 'This file is built in too complex a way to be checked. Please print or save it to a new PDF and upload that.',
  },
}

/** What each kind of file is called in a sentence. */
export const kindNames: Record<FileKind, Words> = {
  pdf: { vi: 'tệp PDF', en: 'a PDF' },
  jpeg: { vi: 'ảnh JPEG', en: 'a JPEG image' },
  png: { vi: 'ảnh PNG', en: 'a PNG image' },
  heic: { vi: 'ảnh HEIC', en: 'a HEIC image' },
  docx: { vi: 'tệp Word (.docx)', en: 'a Word file (.docx)' },
  xlsx: { vi: 'tệp Excel (.xlsx)', en: 'an Excel file (.xlsx)' },
  xml: { vi: 'tệp XML', en: 'an XML file' },
  zip: { vi: 'tệp nén ZIP', en: 'a ZIP archive' },
  archive: { vi: 'tệp nén', en: 'an archive' },
  'office-97': {
    vi: 'tệp Word hoặc Excel đời cũ (.doc, .xls)',
    en: 'an old Word or Excel file (.doc, .xls)',
  },
  executable: { vi: 'chương trình chạy được', en: 'a program' },
  html: { vi: 'trang web HTML', en: 'an HTML web page' },
  svg: { vi: 'ảnh SVG', en: 'an SVG image' },
  'other-image': { vi: 'ảnh thuộc định dạng khác', en: 'an image of another format' },
  rtf: { vi: 'tệp RTF', en: 'an RTF file' },
  unknown: { vi: 'loại tệp không xác định', en: 'a file of an unknown type' },
}

/** The whole sentence for one rejection, with what the file looks like where that is known. */
export function describeRejection(
  rejection: Pick<Rejection, 'reason' | 'params'>,
  language: 'vi' | 'en',
): string {
  const text = rejectTexts[rejection.reason][language]
  const looksLike = fileKinds.find((kind) => kind === rejection.params?.looksLike)
  if (looksLike === undefined) return text
  const name = kindNames[looksLike][language]
  return language === 'vi' ? `${text} Tệp này giống ${name}.` : `${text} This looks like ${name}.`
}
