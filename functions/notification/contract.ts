import * as z from 'zod'
import { defineContract, pageOf, pageQuery } from '../../shared/contract.ts'
import { instantText } from '../../shared/time.ts'
import { preferences } from './model.ts'

const notification = z.object({
  id: z.string(),
  type: z.string().meta({ description: 'The type of the event it tells of.' }),
  at: instantText,
  title: z.string(),
  text: z.string().meta({
    description: 'In the language of the preferences. Never carries the tracking PIN (mã tra cứu).',
  }),
  dossierId: z.string().optional(),
  code: z.string().optional().meta({ description: 'Mã hồ sơ, the official number of the dossier.' }),
  link: z.url(),
  readAt: instantText.nullable(),
})

const preferencesView = preferences.extend({
  version: z.int().min(0).meta({ description: '0 until they are set for the first time.' }),
})

export const listNotifications = defineContract({
  id: 'listNotifications',
  method: 'GET',
  path: '/v1/notifications',
  auth: ['citizen'],
  tag: 'notifications',
  summary: { vi: 'Hộp thông báo của tôi', en: 'My inbox' },
  description: 'Newest first, by the time of what they tell of.',
  query: pageQuery,
  response: { status: 200, schema: pageOf(notification) },
  errors: [],
  idempotent: false,
})

export const getNotificationPreferences = defineContract({
  id: 'getNotificationPreferences',
  method: 'GET',
  path: '/v1/notifications/preferences',
  auth: ['citizen'],
  tag: 'notifications',
  summary: { vi: 'Lựa chọn nhận thông báo', en: 'My preferences for messages' },
  response: { status: 200, schema: preferencesView },
  errors: [],
  idempotent: false,
  versioned: true,
})

export const putNotificationPreferences = defineContract({
  id: 'putNotificationPreferences',
  method: 'PUT',
  path: '/v1/notifications/preferences',
  auth: ['citizen'],
  tag: 'notifications',
  summary: { vi: 'Thay đổi lựa chọn nhận thông báo', en: 'Set my preferences for messages' },
  description:
    'Replaces them whole. Messages that the law requires, such as the acknowledgement of a submission, are sent by e-mail in any case.',
  body: z.strictObject({
    language: preferences.shape.language,
    email: z.strictObject(preferences.shape.email.shape),
  }),
  response: { status: 200, schema: preferencesView },
  errors: ['version-conflict'],
  idempotent: true,
  versioned: true,
})

export const notificationContracts = [
  listNotifications,
  getNotificationPreferences,
  putNotificationPreferences,
] as const
